import type { RecordedEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Deed, Diary, Sample } from './diary.js';
import type { FailedRequest } from '../load.js';

type Restart = Extract<Deed, { kind: 'restart' }>;

/**
 * Requests that failed, and not by what others did. Three kinds are theirs, each only through the
 * balancer that it was done to:
 *
 * 1. It was killed and started again: a request that was under way between the kill and the moment
 *    when it answered again got no answer. A reload excuses none.
 * 2. It came back without what was set while it ran (no state file, or set after that was written):
 *    it gives requests to a target that we had taken out and that is being replaced. Its 5xx count
 *    as its own until we have taken that target out again, or brought it back.
 * 3. Its 503, while nobody serves there and a person holds a target out that would have served.
 */
export function requestFaults(
  diary: Diary,
  failed: readonly FailedRequest[],
  from: number,
): readonly string[] {
  const events = diary.deployments.flatMap((told) => told.events).toSorted((a, b) => a.at - b.at);
  const forgotten = diary.deeds.filter(isRestart).map((restart) => ({
    balancer: restart.balancer,
    from: restart.begunAt,
    until: rememberedAt(restart, events),
  }));
  const isExcused = (request: FailedRequest): boolean =>
    request.isUnanswered
      ? diary.deeds.filter(isRestart).some((restart) => isCutBy(restart, request))
      : isForgetful(request, forgotten) || isOfPerson(request, diary);
  const faults = failed.filter((request) => !isExcused(request));
  return faults
    .slice(0, 5)
    .map(
      ({ through, begunAt, endedAt, reason }) =>
        `${faults.length} requests failed, one at ${begunAt} (${begunAt - from} ms in, ${endedAt - begunAt} ms long) through ${through}: ${reason}`,
    );
}

const isRestart = (deed: Deed): deed is Restart => deed.kind === 'restart';

const isCutBy = (
  { balancer, how, begunAt: from, until }: Restart,
  { through, begunAt, endedAt }: FailedRequest,
): boolean => how === 'kill' && balancer === through && begunAt <= until && endedAt >= from;

const isForgetful = (
  { through, begunAt, endedAt, reason }: FailedRequest,
  times: readonly { readonly balancer: string; readonly from: number; readonly until: number }[],
): boolean =>
  /^50[234] /.test(reason) &&
  times.some(
    ({ balancer, from, until }) => balancer === through && endedAt >= from && begunAt <= until,
  );

/** What leaves a target out of rotation, or in somebody's hands; and what ends that. */
const OUT = ['target_draining', 'target_started', 'target_restoring', 'target_retiring'];
const LOOKED_AFTER = ['target_draining', 'target_admitting'];

/** When all that was out as it was restarted had been looked after again. */
function rememberedAt(
  { begunAt, until, forgets }: Restart,
  events: readonly RecordedEvent[],
): number {
  const out = new Map<string, number>();
  for (const { at, event } of events) {
    if (at > until || !('target' in event)) continue;
    const type = event.type.replace('deployment.', '');
    if (OUT.includes(type)) out.set(event.target, at);
    if (type === 'target_admitting') out.delete(event.target);
  }
  const lost = [...out].filter(([, at]) => forgets || at >= begunAt);
  const again = lost.map(([target]) => {
    const next = events.find(
      ({ at, event }) =>
        at > until &&
        'target' in event &&
        event.target === target &&
        LOOKED_AFTER.includes(event.type.replace('deployment.', '')),
    );
    return next?.at ?? until;
  });
  return Math.max(begunAt - 1, ...again);
}

function isOfPerson(request: FailedRequest, { deeds, samples }: Diary): boolean {
  const { through, begunAt, endedAt, reason } = request;
  if (!reason.startsWith('503 ')) return false;
  const isHeld = deeds.some(
    (deed) =>
      deed.kind === 'maint' &&
      deed.balancer === through &&
      endedAt >= deed.begunAt &&
      begunAt <= deed.until,
  );
  return isHeld && nobodyServed(samples.get(through) ?? [], request);
}

/** By the samples of its time, and those just before and after. */
function nobodyServed(
  samples: readonly Sample[],
  { begunAt, endedAt }: Pick<FailedRequest, 'begunAt' | 'endedAt'>,
): boolean {
  const [first, last] = [
    samples.findIndex(({ at }) => at >= begunAt),
    samples.findIndex(({ at }) => at > endedAt),
  ];
  const near = samples.slice(Math.max(0, first - 1), last === -1 ? undefined : last + 1);
  return near.some(({ servers }) => servers?.every(({ serves }) => !serves) === true);
}
