import type { RedisClient } from '../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { keysOf, type Keys } from '../../src/adapters/redis/connection/keys.js';
import type { DeploymentId, ServiceRef } from '../../src/domain/model/ids.js';
import type { Remembered } from './remembered.js';
import { RedisMemory } from './redis-memory.js';
import { ResendingClient } from './resending-client.js';
import type { Subject } from './subject.js';

/** The store in Redis, in a namespace of its own. */
export class RedisSubject implements Subject {
  readonly exact = true;
  readonly store: RedisDeploymentStore;
  readonly index: RedisDeploymentIndex;
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #resending: ResendingClient;
  readonly #memory: RedisMemory;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
    this.#resending = new ResendingClient(redis);
    this.store = new RedisDeploymentStore(this.#resending.client, namespace);
    this.index = new RedisDeploymentIndex(redis, this.store, namespace);
    this.#memory = new RedisMemory(redis, this.#keys);
  }

  async now(): Promise<number> {
    const [seconds, micros] = await this.#redis.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  }

  remembered(ids: readonly DeploymentId[], refs: readonly ServiceRef[]): Promise<Remembered> {
    return this.#memory.read(ids, refs);
  }

  /** The lease is set back instead of the clock put forward: to the scripts it is the same. */
  async expireLease(id: DeploymentId): Promise<void> {
    const { record } = this.#keys.deployment(id);
    if ((await this.#redis.hexists(record, 'leaseUntil')) === 0) return;
    await this.#redis.hset(record, 'leaseUntil', 1);
    await this.#redis.zadd(this.#keys.due, 'XX', 1, id);
  }

  async expireLeader(): Promise<void> {
    await this.#redis.del(this.#keys.leader);
  }

  sendTwice(twice: boolean): void {
    this.#resending.twice = twice;
  }

  lastSent(): (() => Promise<string>) | null {
    const { last } = this.#resending;
    if (last === null) return null;
    return async () => {
      const reply = await last();
      return Array.isArray(reply) ? String(reply[0]) : String(reply);
    };
  }

  /** Takes away everything that was written under the namespace. */
  async clear(): Promise<void> {
    await this.#memory.clear();
  }
}
