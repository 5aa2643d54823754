import { type ServiceRef, serviceKey } from '../../../domain/model/ids.js';
import { type Freeze, inOrder } from '../../../domain/model/plan/freeze.js';
import type { AutomationHold } from '../../../domain/model/hold.js';
import type { FreezeRecord, FreezeStore } from '../../../domain/ports/freeze-store.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { operationId, Script } from '../connection/load-scripts.js';
import { claimFormat } from '../connection/record-format.js';

const SCRIPTS = {
  put: new Script('put-freeze.lua'),
  remove: new Script('remove-freeze.lua'),
  list: new Script('list-freezes.lua'),
  release: new Script('release-automation.lua'),
};

/** Freezes in Redis, over by Redis' own clock. */
export class RedisFreezeStore implements FreezeStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #namespace: string;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
    this.#namespace = namespace;
  }

  async put(freeze: Freeze): Promise<void> {
    // It may be the first record there is.
    await claimFormat(this.#redis, this.#namespace);
    const { freezes, freezeLog } = this.#keys;
    const args = [operationId(), freeze.id, JSON.stringify(freeze), freeze.by ?? ''];
    await SCRIPTS.put.run(this.#redis, [freezes, freezeLog], args);
  }

  async remove(id: string, by: string | null): Promise<Freeze | null> {
    const { freezes, freezeLog } = this.#keys;
    const args = [operationId(), id, by ?? ''];
    return asFreeze(await SCRIPTS.remove.run(this.#redis, [freezes, freezeLog], args));
  }

  async list(): Promise<readonly Freeze[]> {
    const all = await SCRIPTS.list.run(this.#redis, [this.#keys.freezes], []);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the script's header says
    return (all as string[]).map((json) => JSON.parse(json) as Freeze).toSorted(inOrder);
  }

  async automationHold(ref: ServiceRef): Promise<AutomationHold | null> {
    return asHold(await this.#redis.hget(this.#keys.service(ref).record, 'automationHold'));
  }

  async releaseAutomation(ref: ServiceRef, by: string | null): Promise<AutomationHold | null> {
    const keys = [this.#keys.service(ref).record, this.#keys.freezeLog];
    const args = [operationId(), serviceKey(ref), by ?? ''];
    return asHold(await SCRIPTS.release.run(this.#redis, keys, args));
  }

  async records(limit: number): Promise<readonly FreezeRecord[]> {
    if (limit < 1) return [];
    const entries = await this.#redis.lrange(this.#keys.freezeLog, 0, limit - 1);
    return entries.map((entry) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
      const { type, subject, by, reason, at } = JSON.parse(entry) as Partial<FreezeRecord> &
        Omit<FreezeRecord, 'by'>;
      return { type, subject, by: by ?? null, reason, at };
    });
  }
}

const parsed = (json: unknown): unknown => (typeof json === 'string' ? JSON.parse(json) : null);

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
const asFreeze = (json: unknown): Freeze | null => parsed(json) as Freeze | null;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
const asHold = (json: unknown): AutomationHold | null => parsed(json) as AutomationHold | null;
