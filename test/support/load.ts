import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { countsOf, type LoadCounts, type LoadedRequest } from './load-counts.js';

const TICK_MS = 5;
const REQUEST_TIMEOUT_MS = 15_000;
/** Also the connections there can be, so that no request waits on this side. */
const MAX_IN_FLIGHT = 256;

export interface LoadSettings {
  /** Asked with GET; answers are JSON with a `version`. Must keep silent connections for over 4 seconds. */
  readonly url: string;
  readonly ratePerSecond: number;
  /** Ends the load: nothing more is sent, and what is under way is waited for. */
  readonly signal?: AbortSignal;
  /** Ends the load as well. */
  readonly maxRequests?: number;
}

/** A time from which requests are counted. */
export interface LoadWindow {
  /** What was sent since it was opened and has ended by now. */
  readonly counts: () => LoadCounts;
  /** What was sent between its opening and this call, once all of that has ended. */
  readonly close: () => Promise<LoadCounts>;
}

export interface Load {
  readonly window: () => LoadWindow;
  /** Stops sending; gives all counts once nothing is under way. */
  readonly stop: () => Promise<LoadCounts>;
  /** The same, however it ended. */
  readonly ended: Promise<LoadCounts>;
}

/**
 * Sends requests at a steady rate over connections kept alive, whether answers come or not: a
 * server that stalls gets no rest, and its stall is seen in the counts. Past 256 requests under way
 * one that is due is counted as `unsent`.
 */
export function startLoad(settings: LoadSettings): Load {
  const stopped = new AbortController();
  const requests: LoadedRequest[] = [];
  const underWay = new Set<Promise<void>>();
  const pool = poolFor(settings.url);
  const send = (): void => {
    const record: LoadedRequest = { outcome: null };
    requests.push(record);
    if (underWay.size >= MAX_IN_FLIGHT) {
      record.outcome = { kind: 'unsent' };
      return;
    }
    const exchange = ask(pool, settings.url, record).finally(() => underWay.delete(exchange));
    underWay.add(exchange);
  };
  const stop = AbortSignal.any(
    [stopped.signal, settings.signal].filter((one) => one !== undefined),
  );
  const ended = keepPace(settings, stop, send).then(async () => {
    await Promise.all(underWay);
    await pool.close();
    return countsOf(requests);
  });
  return {
    ended,
    stop: async () => {
      stopped.abort();
      return ended;
    },
    window: () => {
      const first = requests.length;
      return {
        counts: () => countsOf(requests.slice(first)),
        close: async () => {
          const end = requests.length;
          await Promise.all(underWay);
          return countsOf(requests.slice(first, end));
        },
      };
    },
  };
}

/** What fell behind while this process was busy is sent at the next tick. */
async function keepPace(
  { ratePerSecond, maxRequests = 1_000_000 }: LoadSettings,
  stop: AbortSignal,
  send: () => void,
): Promise<void> {
  const startedAt = performance.now();
  let sent = 0;
  while (!stop.aborted && sent < maxRequests) {
    // oxlint-disable-next-line no-await-in-loop -- the pace
    await delay(TICK_MS, undefined, { signal: stop }).catch(() => {});
    const due = ((performance.now() - startedAt) / 1_000) * ratePerSecond;
    for (; !stop.aborted && sent < Math.min(due, maxRequests); sent += 1) send();
  }
}

const poolFor = (url: string): Pool =>
  new Pool(new URL(url).origin, {
    connections: MAX_IN_FLIGHT,
    pipelining: 1,
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
    connect: { timeout: REQUEST_TIMEOUT_MS },
  });

async function ask(pool: Pool, url: string, record: LoadedRequest): Promise<void> {
  const { pathname, search } = new URL(url);
  const startedAt = performance.now();
  try {
    const answer = await pool.request({ method: 'GET', path: pathname + search });
    const body = await answer.body.text();
    record.outcome = {
      kind: 'answer',
      status: answer.statusCode,
      body,
      latencyMs: performance.now() - startedAt,
    };
  } catch (error) {
    record.outcome = { kind: 'error', reason: reasonOf(error) };
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
