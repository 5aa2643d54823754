import { serviceKey } from '../../../src/domain/model/ids.js';
import type { RecordedEvent } from '../../../src/domain/model/deployment/plan-event.js';
import { isTerminal } from '../../../src/domain/model/deployment/plan-state.js';
import type { Observer } from '../observer.js';
import type { Past } from './history.js';
import type { Violation } from './violation.js';

/** What a clock that was turned may add to the times in events, and what the last look may come late. */
const LEEWAY_MS = 150_000;

/** What must be so once everything has ended. */
export async function checkEndings(
  observer: Observer,
  history: readonly Past[],
): Promise<readonly Violation[]> {
  return [...history.flatMap(checkEnd), ...(await checkEmpty(observer, history))];
}

function checkEnd({ deployment, events }: Past): Violation[] {
  const { id, state, plan, startedAt, endedAt, progress } = deployment;
  if (!isTerminal(state.status)) {
    const said = `it is ${JSON.stringify(state)}`;
    return [{ check: 'every deployment ends', subject: id, said }];
  }
  if (startedAt === null || endedAt === null) return [];
  const stood = standstill(events);
  const allowed =
    2 * plan.policy.deadline + plan.forecast.waitMs + progress.heldMs + stood + LEEWAY_MS;
  if (endedAt - startedAt <= allowed) return [];
  const said = `took ${endedAt - startedAt} ms, of which ${allowed} were allowed`;
  return [{ check: 'every deployment ends within its deadline', subject: id, said }];
}

/** While it is paused, at a gate or ended until somebody asks again, no deadline runs. */
function standstill(events: readonly RecordedEvent[]): number {
  const STOPS = new Set(
    ['paused', 'gate_reached', 'completed', 'failed'].map((it) => `deployment.${it}`),
  );
  return events.reduce((sum, { event, at }, n) => {
    const next = events[n + 1];
    return STOPS.has(event.type) && next ? sum + Math.max(0, next.at - at) : sum;
  }, 0);
}

/** Nothing is held, waited for or owed any more. */
async function checkEmpty(observer: Observer, history: readonly Past[]): Promise<Violation[]> {
  const { redis, keys, index, namespace } = observer;
  const found: Violation[] = [];
  const say = (check: string, subject: string, said: string): void => {
    found.push({ check, subject, said });
  };
  const refs = new Map(history.map(({ deployment }) => [serviceKey(deployment), deployment]));
  for (const [key, ref] of refs) {
    const { holder, waiting } = await index.slot(ref);
    if (holder !== null) say('no slot is held', key, `by ${holder}`);
    if (waiting.length > 0) say('nobody waits in line', key, waiting.join(', '));
  }
  for (const [name, key] of [
    ['open', keys.open],
    ['due', keys.due],
  ] as const) {
    const left = await redis.zrange(key, 0, '-1');
    if (left.length > 0) say('nothing is owed', name, left.slice(0, 5).join(', '));
  }
  const limits = await redis.keys(`{${namespace}:0}:limit:*`);
  if (limits.length > 0) say('no limit is used up', limits.join(', '), 'not empty');
  const jobs = await observer.jobsLeft();
  if (jobs.length > 0)
    say('the queues are empty', `${jobs.length} jobs`, jobs.slice(0, 10).join('\n  '));
  return found;
}
