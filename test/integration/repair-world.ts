import { onTestFinished } from 'vitest';
import { RedisAuditSource } from '../../src/adapters/redis/repair/audit-source.redis.js';
import {
  patientConnection,
  type RedisClient,
} from '../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { RedisRepairStore } from '../../src/adapters/redis/repair/repair-store.redis.js';
import { environmentName, serviceName, type ServiceRef } from '../../src/domain/model/ids.js';
import { dumpKeys } from '../support/dump-keys.js';
import { aDraft, API } from '../support/fixtures.js';
import { testRedis } from '../support/redis.js';
import { StoreHand } from '../support/store-hand.js';

export const DB: ServiceRef = {
  service: serviceName('db'),
  environment: environmentName('production'),
};
export const LIMIT = 'environment:production';

interface RepairWorldPlace {
  readonly url: string;
  readonly namespace: string;
  /** Who does the damage, where the store's own user may not. */
  readonly harmer?: RedisClient;
}

/**
 * A store as operators have one, with no worker: of `api` two versions were completed and a third waits for its
 * turn; of `db` a deployment is under way, whose worker is gone, and which counts against a limit.
 */
export async function repairWorldOn({ url, namespace, harmer }: RepairWorldPlace = testRedis()) {
  const connection = patientConnection(url);
  onTestFinished(() => connection.close());
  const client = harmer ?? connection.client;
  const store = new RedisDeploymentStore(connection.client, namespace);
  const hand = new StoreHand(store, new RedisDeploymentIndex(client, store, namespace));
  const keys = keysOf(namespace);

  const good = (await hand.create({ version: '1.0.0' })).id;
  await hand.complete(good);
  const better = (await hand.create({ version: '2.0.0' })).id;
  await hand.complete(better);
  const waiting = (await hand.create({ version: '3.0.0' })).id;
  const { deployment, events } = aDraft({ ref: DB, approve: true, version: '7.0.0' });
  const limits = [{ key: LIMIT, most: 2 }];
  await store.create({ ...deployment, plan: { ...deployment.plan, limits } }, events);
  const running = deployment.id;
  const fence = await hand.begun(running);
  await store.release(running, fence, null);
  return {
    ...{ url, namespace, client, keys, store, hand, good, better, waiting, running },
    api: keys.service(API),
    db: keys.service(DB),
    source: new RedisAuditSource(client, namespace),
    repairs: new RedisRepairStore(client, namespace),
    dump: () => dumpKeys(client, keys.prefix),
  };
}

export const repairWorld = (): Promise<RepairWorld> => repairWorldOn();

export type RepairWorld = Awaited<ReturnType<typeof repairWorldOn>>;
