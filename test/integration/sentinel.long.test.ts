import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deployThrough, tellOf } from '../support/failover-run.js';
import { startSentinelGroup } from '../support/redis-sentinel.js';

const namespace = (): string => `sentinel-${randomUUID().slice(0, 8)}`;

/** Replication is behind the reply: a primary that goes takes with it what nobody else has yet. */
const EVERY_REPLICA = { replicas: 2, timeoutMs: 500 };

describe('deployments under way', () => {
  test('outlive three primaries that are killed: each is completed, and the store agrees with itself', async () => {
    const group = await startSentinelGroup();
    const kill = () => group.killPrimary();

    const report = await deployThrough({
      url: group.url,
      namespace: namespace(),
      faults: [kill, kill, kill],
    });

    console.log(tellOf('killed, asynchronous', report));
    expect(report.statuses).toEqual({ completed: report.deployments });
    expect(report.inTheStore).toEqual([]);
  });

  test('are never repeated where every replica must have a write, be the primary killed or replaced', async () => {
    const group = await startSentinelGroup();

    const report = await deployThrough({
      url: group.url,
      namespace: namespace(),
      faults: [() => group.killPrimary(), () => group.replacePrimary()],
      durability: EVERY_REPLICA,
      // Longer than an outage: whoever holds the work goes on with it.
      worker: { lease: 20_000 },
    });

    console.log(tellOf('killed and replaced, on every replica', report));
    expect(report.statuses).toEqual({ completed: report.deployments });
    expect([...report.inTheStore, ...report.onTheTargets]).toEqual([]);
    expect(report.repeated).toEqual([]);
  });
});
