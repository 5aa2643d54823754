import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { deployThrough, tellOf } from '../support/failover-run.js';
import { startRedisCluster } from '../support/redis-cluster.js';

describe('deployments under way on a cluster', () => {
  test('outlive masters that are killed and replaced: each is completed, and the store agrees with itself', async () => {
    const namespace = `cluster-${randomUUID().slice(0, 8)}`;
    const { counters } = keysOf(namespace);
    const cluster = await startRedisCluster();
    const kill = () => cluster.killMasterOf(counters);

    const report = await deployThrough({
      url: cluster.url,
      namespace,
      faults: [kill, () => cluster.replaceMasterOf(counters), kill],
    });

    console.log(tellOf('cluster', report));
    expect(report.statuses).toEqual({ completed: report.deployments });
    expect(report.inTheStore).toEqual([]);
  });
});
