import { describe, expect } from 'vitest';
import { progressOf } from '../../../src/domain/model/deployment/deployment.js';
import type { LoadCounts } from '../../support/load-counts.js';
import { shopWorld } from '../../support/shop-world.js';
import { binomialInterval } from './share.js';
import { testsInTurn } from '../../support/some-of.js';

const RATE = 220;
/** Of each weight: enough that a share of 10 % is known to about two points. */
const MEASURED = 1_500;

const served = ({ versions }: LoadCounts, version: string): number =>
  versions[version]?.requests ?? 0;

const inTurn = testsInTurn(2, 1, Date.now());

describe('a canary behind HAProxy under constant load', () => {
  inTurn(
    'goes through 0, 10, 50 and 100 % with the right share at each and no failed request',
    async () => {
      const world = await shopWorld({ perColour: 2 });
      await world.live('1.0.0');
      const load = world.startLoad(RATE);
      const id = await world.deploy('2.0.0', {
        strategy: {
          kind: 'canary',
          traffic: true,
          stages: [10, 50, 100].map((weight) => ({ weight, gate: { name: `at-${weight}` } })),
        },
      });

      for (const weight of [10, 50, 100]) {
        await world.atGate(id, `at-${weight}`);
        const window = load.window();
        await expect
          .poll(() => window.counts().requests, { timeout: 60_000 })
          .toBeGreaterThan(MEASURED);
        const counts = await window.close();
        const [low, high] = binomialInterval(served(counts, '2.0.0'), counts.requests);
        console.log(
          `weight ${weight} %: ${served(counts, '2.0.0')} of ${counts.requests} requests, interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`,
        );
        expect(low, `share at ${weight} %`).toBeLessThanOrEqual(weight / 100);
        expect(high, `share at ${weight} %`).toBeGreaterThanOrEqual(weight / 100);
        await world.producer.promote(id, 'ann');
      }
      expect((await world.ended(id)).state).toEqual({ status: 'completed' });

      const all = await load.stop();
      console.log(`${all.requests} requests, ${all.failures} failed, ${all.unsent} unsent`);
      expect(all.failures).toBe(0);
    },
  );

  inTurn(
    'that answers with errors is judged unhealthy, and the old version serves everything again',
    async () => {
      const world = await shopWorld({
        perColour: 2,
        metrics: true,
        byVersion: { '2.0.0': { ERROR_RATE: '0.05' } },
        service: { analyses: { errors: ERRORS } },
      });
      await world.live('1.0.0');
      const load = world.startLoad(RATE);
      const id = await world.deploy('2.0.0', {
        strategy: {
          kind: 'canary',
          traffic: true,
          stages: [{ weight: 50, analyze: 'errors' }, { weight: 100 }],
        },
      });
      const ended = await world.ended(id);

      expect(ended.state).toMatchObject({
        status: 'rolled_back',
        reason: expect.stringContaining('analysis errors:'),
      });
      const after = load.window();
      await expect.poll(() => after.counts().requests, { timeout: 30_000 }).toBeGreaterThan(500);
      const now = await after.close();
      expect(served(now, '1.0.0')).toBe(now.requests);
      const all = await load.stop();
      console.log(`${all.requests} requests, failed: ${JSON.stringify(all.reasons)}`);
      const { '500 injected': injected = 0, ...others } = all.reasons;
      expect(others).toEqual({});
      expect(injected).toBeGreaterThan(0);
      for (const { id: target } of ended.plan.targets) {
        expect(['pending', 'restored']).toContain(progressOf(ended, target).state);
      }
    },
  );
});

/** 5xx answers of the new version beside the old one's, in the same seconds. */
const ERRORS = {
  interval: '4s',
  count: 8,
  metrics: [
    {
      name: 'errors',
      kind: 'rate',
      source: 'prom',
      query: 'sum(increase(http_requests_total{version="{version}",code=~"5.."}[{window}]))',
      total: 'sum(increase(http_requests_total{version="{version}"}[{window}]))',
      baseline: 'stable',
      maxIncrease: 0.01,
      critical: true,
    },
  ],
};
