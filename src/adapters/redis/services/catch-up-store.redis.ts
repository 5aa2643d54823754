import { randomUUID } from 'node:crypto';
import { deploymentId, type ServiceRef, serviceKey } from '../../../domain/model/ids.js';
import type { CatchUpStore, CatchUpTurn } from '../../../domain/fleet/catch-up-store.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { Script } from '../connection/load-scripts.js';
import { decodeService } from './service-codec.js';

const SCRIPTS = {
  begin: new Script('begin-catch-up.lua'),
  keep: new Script('keep-catch-up.lua'),
  end: new Script('end-catch-up.lua'),
};

/** Who may catch up, in Redis: each call is one script. */
export class RedisCatchUpStore implements CatchUpStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
  }

  async begin(ref: ServiceRef, leaseMs: number): Promise<CatchUpTurn | null> {
    const token = randomUUID();
    const args = [serviceKey(ref), this.#keys.prefix, token, leaseMs];
    const answer = await SCRIPTS.begin.run(this.#redis, [this.#keys.service(ref).record], args);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the script's header says it returns
    const [word, id, record] = answer as ['BUSY' | 'TAKEN', string, unknown];
    if (word === 'BUSY') return null;
    return { ref, token, deploymentId: deploymentId(id), record: decodeService(record) };
  }

  async keep({ ref, token, record }: CatchUpTurn, leaseMs: number): Promise<boolean> {
    const args = [token, leaseMs, record.revision];
    const keys = [this.#keys.service(ref).record];
    return (await SCRIPTS.keep.run(this.#redis, keys, args)) === 'HELD';
  }

  async end({ ref, token }: CatchUpTurn): Promise<void> {
    await SCRIPTS.end.run(this.#redis, [this.#keys.service(ref).record], [token]);
  }
}
