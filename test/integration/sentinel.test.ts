import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deployThrough, tellOf } from '../support/failover-run.js';
import { startSentinelGroup } from '../support/redis-sentinel.js';

const namespace = (): string => `sentinel-${randomUUID().slice(0, 8)}`;

describe('deployments under way', () => {
  test('end and leave a store that agrees with itself, also where a replaced primary took writes on', async () => {
    const group = await startSentinelGroup();

    const report = await deployThrough({
      url: group.url,
      namespace: namespace(),
      faults: [() => group.replacePrimary()],
    });

    console.log(tellOf('replaced, asynchronous', report));
    expect(report.statuses).toEqual({ completed: report.deployments });
    expect(report.inTheStore).toEqual([]);
  });
});
