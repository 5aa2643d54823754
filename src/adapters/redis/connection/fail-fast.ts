import type { RedisClient } from './connection.js';
import { RedisRefused, RedisUnavailable } from '../../../contracts/problems/redis-problem.js';
import type { Log } from '../../../domain/ports/log.js';
import { isPassingReply } from './passing-trouble.js';
import {
  alertRefusal,
  hostRefusal,
  redisRefusal,
  replicaRefusal,
  shutRefusal,
  tlsRefusal,
} from './redis-refusal.js';

export { RedisUnavailable };

const CONNECT_MS = 3_000;

/**
 * Runs a call once the connection stands, and says so within seconds when it doesn't.
 *
 * @throws RedisRefused where the server refuses us, whatever we wait
 * @throws RedisUnavailable
 */
export async function withRedis<T>(redis: RedisClient, work: () => Promise<T>): Promise<T> {
  if (redis.status !== 'ready') await connected(redis);
  refuseReplica(redis);
  try {
    return await work();
  } catch (error) {
    throw redisTrouble(error, redis);
  }
}

/** What went wrong with Redis, in a sentence; whatever is none of its faults comes back as it is. */
export function redisTrouble(error: unknown, redis: RedisClient | null = null): unknown {
  if (!(error instanceof Error) || error instanceof RedisUnavailable) return error;
  const { message } = error;
  if (isPassingReply(error)) {
    return new RedisUnavailable(
      `Redis can't do it at the moment and did nothing (${message}): try again later`,
      { cause: error },
    );
  }
  if (isConnectionTrouble(error)) {
    return new RedisUnavailable(
      `Redis went away in mid-call (${message}): it is not known whether the call was carried out; repeat it with the same idempotencyKey`,
      { cause: error },
    );
  }
  const refused = isReply(error) ? redisRefusal(redis, error) : null;
  return refused === null ? error : new RedisRefused(refused, { cause: error });
}

/** Said by Redis, and by nobody else whose words are alike. */
const isReply = ({ name }: Error): boolean => name === 'ReplyError';

function refuseReplica(redis: RedisClient): void {
  const replica = replicaRefusal(redis);
  if (replica !== null) throw new RedisRefused(replica);
}

/**
 * Waits for Redis as long as it takes: for workers and servers, which may be started before it.
 *
 * @throws RedisRefused where waiting would change nothing
 */
export async function standing(redis: RedisClient, log: Log): Promise<void> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      if (redis.status !== 'ready') await connected(redis);
      return refuseReplica(redis);
    } catch (error) {
      if (!(error instanceof RedisUnavailable) || error instanceof RedisRefused) throw error;
      log.warn({}, `waiting for Redis: ${error.message}`);
    }
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
      const refused = redisRefusal(redis, error);
      if (refused === null) {
        reason = `: ${error.message}`;
        return;
      }
      over();
      reject(new RedisRefused(refused, { cause: error }));
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
      void whyNot(redis, reason).then(reject);
    }, CONNECT_MS);
    redis.on('error', hear);
    redis.once('ready', done);
  });
}

/** Why no connection came about in time. */
async function whyNot(redis: RedisClient, reason: string): Promise<RedisUnavailable> {
  const refused =
    tlsRefusal(redis) ??
    (await shutRefusal(redis)) ??
    (await hostRefusal(redis)) ??
    (RESET.test(reason) ? await alertRefusal(redis) : null);
  if (refused !== null) return new RedisRefused(refused);
  const what = `no connection within ${CONNECT_MS} ms${reason}`;
  return new RedisUnavailable(`Redis is away (${what}): nothing was done`);
}

const RESET = /ECONNRESET|EPIPE/;

const TROUBLE =
  /Stream isn't writeable|Command timed out|max retries per request|Connection is closed|Command aborted due to connection close|Too many Cluster redirections|Failed to refresh slots cache|ECONN|EPIPE|ETIMEDOUT/i;

const isConnectionTrouble = ({ message }: Error): boolean => TROUBLE.test(message);
