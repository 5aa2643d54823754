import { ask } from './sites/target-health.js';
import type { Balancer } from './sites/balancer.js';

const RATE_PER_SECOND = 100;
const TICK_MS = 10;
/** Past so many under way, those that are due are not sent: no failure of anybody's. */
const MOST_UNDER_WAY = 200;
/** Whoever does not run for so long may be taken for gone, and its connections be closed. */
const STALLED_MS = 5_000;

/** A request that got no 2xx, of epoch milliseconds. */
export interface FailedRequest {
  readonly through: string;
  readonly begunAt: number;
  readonly endedAt: number;
  /** The connection was refused or cut: no answer came. */
  readonly isUnanswered: boolean;
  readonly reason: string;
}

/** A time in which the process that asks did not run itself. */
type Stall = readonly [from: number, until: number];

export interface Load {
  /** Ends it once nothing is under way. */
  readonly stop: () => Promise<{
    readonly requests: number;
    readonly failed: readonly FailedRequest[];
  }>;
}

/**
 * 100 requests a second through a balancer, each over a connection of its own, whether answers
 * come or not. Where clients have several addresses, one that gets no answer asks the next.
 */
export function startLoad({ name, urls }: Pick<Balancer, 'name' | 'urls'>): Load {
  const failed: FailedRequest[] = [];
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  const stalls: Stall[] = [];
  let ranAt = Date.now();
  let sent = 0;
  let unsent = 0;
  const send = async (number: number): Promise<void> => {
    const begunAt = Date.now();
    let last: Omit<FailedRequest, 'through' | 'begunAt' | 'endedAt'> | null = null;
    for (let at = 0; at < urls.length; at += 1) {
      const url = urls[(number + at) % urls.length] ?? '';
      // oxlint-disable-next-line no-await-in-loop -- the next only after this one
      last = await outcomeOf(url);
      if (last === null) return;
      if (!last.isUnanswered) break;
    }
    if (last !== null) failed.push({ through: name, begunAt, endedAt: Date.now(), ...last });
  };
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - ranAt > STALLED_MS) stalls.push([ranAt, now]);
    ranAt = now;
    const due = ((performance.now() - startedAt) / 1_000) * RATE_PER_SECOND;
    for (; sent < due; sent += 1) {
      if (underWay.size >= MOST_UNDER_WAY) {
        unsent += 1;
        continue;
      }
      const exchange: Promise<void> = send(sent).finally(() => underWay.delete(exchange));
      underWay.add(exchange);
    }
  }, TICK_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      // Nobody was there to send it, or to hear the answer.
      const isOwn = ({ isUnanswered, begunAt, endedAt }: FailedRequest): boolean =>
        isUnanswered && stalls.some(([from, until]) => begunAt <= until && endedAt >= from);
      return { requests: sent - unsent, failed: failed.filter((one) => !isOwn(one)) };
    },
  };
}

const outcomeOf = (url: string): Promise<Pick<FailedRequest, 'isUnanswered' | 'reason'> | null> =>
  ask(url).then(
    ({ status, body }) =>
      status >= 200 && status < 300
        ? null
        : { isUnanswered: false, reason: `${status} ${body.slice(0, 80).replaceAll('\n', ' ')}` },
    (error: unknown) => ({
      isUnanswered: true,
      reason: error instanceof Error && 'code' in error ? String(error.code) : String(error),
    }),
  );
