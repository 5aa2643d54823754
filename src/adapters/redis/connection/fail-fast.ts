import type { RedisClient } from './connection.js';
import { isPassingReply } from './passing-trouble.js';

/** Redis can't be reached: the call did nothing, unless the message says otherwise. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';
}

const CONNECT_MS = 3_000;

/**
 * Runs a call once the connection stands, and says so within seconds when it doesn't.
 *
 * @throws RedisUnavailable
 */
export async function withRedis<T>(redis: RedisClient, work: () => Promise<T>): Promise<T> {
  if (redis.status !== 'ready') await connected(redis);
  try {
    return await work();
  } catch (error) {
    if (isPassingReply(error)) {
      throw new RedisUnavailable(
        `Redis can't do it at the moment and did nothing (${error.message}): try again later`,
        { cause: error },
      );
    }
    if (!isConnectionTrouble(error)) throw error;
    throw new RedisUnavailable(
      `Redis went away in mid-call (${error.message}): it is not known whether the call was carried out; repeat it with the same idempotencyKey`,
      { cause: error },
    );
  }
}

/** One wait for all who ask: a burst of calls hangs one listener on the client, not hundreds. */
const waiting = new WeakMap<RedisClient, Promise<void>>();

function connected(redis: RedisClient): Promise<void> {
  const known = waiting.get(redis);
  if (known) return known;
  const wait = ready(redis).finally(() => waiting.delete(redis));
  waiting.set(redis, wait);
  return wait;
}

function ready(redis: RedisClient): Promise<void> {
  return new Promise((resolve, reject) => {
    let reason = '';
    // A password or a certificate that is refused looks like a server that is away, but for this.
    const hear = (error: Error): void => {
      reason = `: ${error.message}`;
    };
    const over = (): void => {
      clearTimeout(timer);
      redis.off('ready', done);
      redis.off('error', hear);
    };
    const done = (): void => {
      over();
      resolve();
    };
    const timer = setTimeout(() => {
      over();
      const what = `no connection within ${CONNECT_MS} ms${reason}`;
      reject(new RedisUnavailable(`Redis is away (${what}): nothing was done`));
    }, CONNECT_MS);
    redis.on('error', hear);
    redis.once('ready', done);
  });
}

const TROUBLE =
  /Stream isn't writeable|Command timed out|max retries per request|Connection is closed|Command aborted due to connection close|Too many Cluster redirections|Failed to refresh slots cache|ECONN|EPIPE|ETIMEDOUT/i;

const isConnectionTrouble = (error: unknown): error is Error =>
  error instanceof Error && TROUBLE.test(error.message);
