import { once } from 'node:events';
import type { Clock } from '../../domain/ports/clock.js';
import type { Connection, RedisClient } from '../redis/connection/connection.js';
import type { FlagKeys } from '../redis/connection/keys.js';
import { assertOwnFormat } from '../redis/connection/record-format.js';

export interface FlagWatcher {
  /** Every flag's record as it stands, each time it was looked at. */
  seen(records: Readonly<Record<string, string>>): void;
  /** Redis is away: what was seen last may be out of date. */
  lost(reason: string): void;
}

/** How long one look waits for a change; then all is read anew, whatever happened to the news. */
const WAIT_MS = 5_000;
/** What Redis gets to answer in; on a connection that is cut in silence nothing else would tell. */
const ANSWER_MS = 3_000;
const RETRY_MS = 250;
const RETRY_AT_MOST_MS = 2_000;

export interface Following {
  /** A connection for this alone: waiting for news blocks it. */
  readonly connect: () => Connection;
  readonly namespace: string;
  readonly keys: FlagKeys;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Follows the flags until told to stop. A connection that was lost is not repaired
 * but replaced, and begins by reading everything: no change is ever missed.
 */
export async function followFlags(following: Following, watcher: FlagWatcher): Promise<void> {
  const { connect, clock, signal } = following;
  let failures = 0;
  const seen: FlagWatcher['seen'] = (records) => {
    failures = 0;
    watcher.seen(records);
  };
  // oxlint-disable no-await-in-loop -- one connection after the other
  while (!signal.aborted) {
    const { client } = connect();
    try {
      await look(client, following, seen);
    } catch (error) {
      if (!signal.aborted) watcher.lost(error instanceof Error ? error.message : String(error));
    } finally {
      client.disconnect();
    }
    await clock.sleep(Math.min(RETRY_MS * 2 ** failures++, RETRY_AT_MOST_MS), signal);
  }
  // oxlint-enable no-await-in-loop
}

/** Looks, and looks again at each change, until the connection or the wish to look ends. */
async function look(
  client: RedisClient,
  { namespace, keys: { records, changes }, signal }: Following,
  seen: FlagWatcher['seen'],
): Promise<void> {
  const over = new AbortController();
  const stop = (): void => over.abort(new Error('told to stop'));
  const gone = (): void => over.abort(new Error('the connection to Redis was lost'));
  if (signal.aborted) return;
  signal.addEventListener('abort', stop, { signal: over.signal });
  client.once('close', gone);
  client.once('end', gone);
  const within = <T>(work: Promise<T>, ms = ANSWER_MS): Promise<T> =>
    limited(work, ms, over.signal);
  // oxlint-disable no-await-in-loop -- each look begins where the last one ended
  try {
    if (client.status === 'wait') await within(client.connect());
    if (client.status !== 'ready') await within(once(client, 'ready', { signal: over.signal }));
    await within(assertOwnFormat(client, namespace));
    for (;;) {
      // Before the flags are read: a change in between is news, and read once more.
      const [newest] = await within(client.xrevrange(changes, '+', '-', 'COUNT', 1));
      seen(await within(client.hgetall(records)));
      const after = newest?.[0] ?? '0-0';
      const news = client.xread('COUNT', 1, 'BLOCK', WAIT_MS, 'STREAMS', changes, after);
      await within(news, WAIT_MS + ANSWER_MS);
    }
  } finally {
    stop();
    client.off('close', gone);
    client.off('end', gone);
  }
  // oxlint-enable no-await-in-loop
}

async function limited<T>(work: Promise<T>, ms: number, over: AbortSignal): Promise<T> {
  const done = new AbortController();
  const cut = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`Redis did not answer within ${ms} ms`)), ms);
    done.signal.addEventListener('abort', () => clearTimeout(timer));
    const end = (): void => reject(over.reason);
    if (over.aborted) end();
    over.addEventListener('abort', end, { signal: done.signal });
  });
  try {
    return await Promise.race([work, cut]);
  } finally {
    done.abort();
  }
}
