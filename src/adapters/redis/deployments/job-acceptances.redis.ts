import type { Acceptance, JobAcceptances, JobRef } from '../../../domain/ports/job-acceptances.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { Script } from '../connection/load-scripts.js';

const ACCEPT = new Script('accept-job.lua');

/** Longer than anything waits without being handed out once; each time it is, it begins anew. */
const ACCEPTED_MS = 30 * 86_400_000;

/** What workers accepted, in Redis: the value is the digests that are right, with blanks between. */
export class RedisJobAcceptances implements JobAcceptances {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
  }

  async isAccepted(job: JobRef, digest: string): Promise<boolean> {
    const accepted = await this.#redis.getex(this.#keys.acceptance(job), 'PX', ACCEPTED_MS);
    return accepted?.split(' ').includes(digest) === true;
  }

  async accept({ job, digest, publisher, nonce, nonceMs }: Acceptance): Promise<boolean> {
    const keys = [this.#keys.acceptance(job), this.#keys.nonce(publisher, nonce)];
    return (await ACCEPT.run(this.#redis, keys, [digest, ACCEPTED_MS, nonceMs])) === 1;
  }

  async vouch(job: JobRef, digests: readonly string[]): Promise<void> {
    await this.#redis.set(this.#keys.acceptance(job), digests.join(' '), 'PX', ACCEPTED_MS);
  }

  async end(job: JobRef, keepMs: number): Promise<void> {
    await this.#redis.pexpire(this.#keys.acceptance(job), keepMs);
  }
}
