import type { Redis } from 'ioredis';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { BullQueues } from '../../src/adapters/redis/connection/bull-queues.js';
import { partitionPrefix } from '../../src/contracts/values/namespace.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { Chance } from './chance.js';

export const QUEUES = ['plan', 'execute', 'verify', 'rollback'] as const;

/** Deployments that are open or asked for; on a busy machine more is not published before some have ended. */
const MOST_OPEN = 160;

const SOON_MS = 60_000;

/** Reads the run's Redis, with nothing in between. */
export class Observer {
  readonly redis: Redis;
  readonly store: RedisDeploymentStore;
  readonly index: RedisDeploymentIndex;
  readonly queues: BullQueues;
  readonly keys;
  readonly namespace: string;
  readonly #chance: Chance;

  constructor(redis: Redis, namespace: string, chance: Chance) {
    this.redis = redis;
    this.namespace = namespace;
    this.keys = keysOf(namespace);
    this.store = new RedisDeploymentStore(redis, namespace);
    this.index = new RedisDeploymentIndex(redis, this.store, namespace);
    this.queues = new BullQueues(redis, partitionPrefix(namespace));
    this.#chance = chance;
  }

  load(id: string): Promise<Deployment | undefined> {
    return this.store.load(deploymentId(id));
  }

  async someOpen(): Promise<string | undefined> {
    return this.#chance.pick(await this.redis.zrange(this.keys.open, 0, '199'));
  }

  /** One of the newer ones, of this status where one is found soon. */
  async someEnded(status?: string): Promise<string | undefined> {
    const ids = await this.redis.zrevrange(this.keys.history, 0, 299);
    for (let tries = 0; tries < 30; tries++) {
      const id = this.#chance.pick(ids);
      if (id === undefined || status === undefined) return id;
      if (
        (await this.redis.hget(this.keys.deployment(deploymentId(id)).record, 'status')) === status
      ) {
        return id;
      }
    }
    return undefined;
  }

  /** Whether as much waits as this machine gets done in a minute or two. */
  async isFull(): Promise<boolean> {
    const [open, waiting] = await Promise.all([
      this.redis.zcard(this.keys.open),
      this.queues.queue('plan').count(),
    ]);
    return open + waiting > MOST_OPEN;
  }

  async open(most: number): Promise<readonly Deployment[]> {
    const ids = await this.redis.zrange(this.keys.open, 0, String(most - 1));
    const found = await Promise.all(ids.map((id) => this.load(id)));
    return found.filter((deployment) => deployment !== undefined);
  }

  /** By the process id of each worker, how many deployments it has in hand. */
  async inHand(): Promise<ReadonlyMap<number, number>> {
    const ids = await this.redis.zrange(this.keys.open, 0, '199');
    const counts = new Map<number, number>();
    const leases = await Promise.all(
      ids.map((id) =>
        this.redis.hmget(this.keys.deployment(deploymentId(id)).record, 'leaseOwner', 'leaseUntil'),
      ),
    );
    for (const [owner, until] of leases) {
      const pid = Number(/-(\d+)-[0-9a-f]+$/.exec(owner ?? '')?.[1] ?? 0);
      if (pid > 0 && until !== null) counts.set(pid, (counts.get(pid) ?? 0) + 1);
    }
    return counts;
  }

  /**
   * Jobs that wait, are worked on or come due soon, each in a few words. What
   * sleeps long for a gate that was passed since wakes up to nothing.
   */
  async jobsLeft(): Promise<readonly string[]> {
    const states = ['active', 'wait', 'delayed', 'prioritized'] as const;
    const soon = Date.now() + SOON_MS;
    const found = await Promise.all(
      QUEUES.flatMap((name) =>
        states.map(async (state) => {
          const jobs = await this.queues.queue(name).getJobs([state], 0, 50);
          return jobs
            .filter((job) => job && (state !== 'delayed' || job.timestamp + job.delay < soon))
            .map(({ id, data }) => `${state} ${name} ${id} ${JSON.stringify(data)}`);
        }),
      ),
    );
    return found.flat();
  }

  async close(): Promise<void> {
    await this.queues.close();
    this.redis.disconnect();
  }
}
