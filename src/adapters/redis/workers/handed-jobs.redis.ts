import type { HandedJobs, HandOn, HeldJob, QueuedJob } from '../../../domain/fleet/handed-jobs.js';
import type { Need } from '../../../domain/fleet/knowledge.js';
import { environmentName, serviceKey, serviceName } from '../../../domain/model/ids.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { Script } from '../connection/load-scripts.js';
import { strings } from '../connection/read-only.js';

const SCRIPTS = {
  handOn: new Script('hand-on.lua'),
  take: new Script('take-handed.lua'),
  unknownFor: new Script('unknown-for.lua'),
};

/** Longer than any job sleeps before it is handed on again. */
const INBOX_MS = 10 * 60 * 1_000;
/** `plan|production/api`, with `+` behind it where the job brings its driver along. */
const INBOX = /^(\w+)\|([^/]+)\/([^+]+)(\+?)$/;

/** Jobs handed on among the workers of a namespace, in Redis. */
export class RedisHandedJobs implements HandedJobs {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
  }

  async handOn(
    { queue, jobId, token }: HeldJob,
    { need, wakeInMs, known }: HandOn,
  ): Promise<boolean> {
    const inbox = inboxOf(queue, need);
    const of = (end: string): string => `${this.#keys.prefix}:${queue}:${end}`;
    const answer = await SCRIPTS.handOn.run(
      this.#redis,
      [
        ...[of('active'), of('delayed'), of(jobId), of(`${jobId}:lock`), of('stalled')],
        ...[this.#keys.handed, this.#keys.inbox(inbox)],
      ],
      [jobId, token, inbox, Math.max(0, Math.round(wakeInMs)), INBOX_MS, known ? '1' : '0'],
    );
    return answer === 1;
  }

  async waiting(): ReturnType<HandedJobs['waiting']> {
    const inboxes = await this.#redis.zrange(this.#keys.handed, 0, '-1');
    return inboxes.flatMap((name) => {
      const [, queue, environment, service, brings] = INBOX.exec(name) ?? [];
      if (queue === undefined || environment === undefined || service === undefined) return [];
      const ref = { environment: environmentName(environment), service: serviceName(service) };
      return [{ queue, need: { ref, bringsDriver: brings === '+' } }];
    });
  }

  async take(
    queue: string,
    need: Need,
    most: number,
    { token, ms }: { readonly token: string; readonly ms: number },
  ): Promise<readonly string[]> {
    const inbox = inboxOf(queue, need);
    const of = (end: string): string => `${this.#keys.prefix}:${queue}:${end}`;
    const keys = [this.#keys.handed, this.#keys.inbox(inbox)];
    return strings(
      await SCRIPTS.take.run(
        this.#redis,
        [...keys, of('active'), of('delayed'), of('meta')],
        [inbox, most, token, ms, of('')],
      ),
    );
  }

  async unknownFor({ queue, jobId }: QueuedJob): Promise<number> {
    const job = `${this.#keys.prefix}:${queue}:${jobId}`;
    return Number(await SCRIPTS.unknownFor.run(this.#redis, [job], []));
  }
}

const inboxOf = (queue: string, { ref, bringsDriver }: Need): string =>
  `${queue}|${serviceKey(ref)}${bringsDriver ? '+' : ''}`;
