import { describe, expect, test } from 'vitest';
import { showView } from '../../../src/contracts/views/deployment-view.js';
import type { DeploymentRequest } from '../../../src/producers/deployment-producer.js';
import { shopWorld, type ShopWorld } from '../../support/shop-world.js';

const RATE = 60;

const ERRORS = {
  name: 'errors',
  kind: 'rate',
  source: 'prom',
  query: 'sum(increase(http_requests_total{version="{version}",code=~"5.."}[{window}]))',
  total: 'sum(increase(http_requests_total{version="{version}"}[{window}]))',
  baseline: 'stable',
  maxIncrease: 0.01,
};

const canary = (analyze: string): DeploymentRequest['strategy'] => ({
  kind: 'canary',
  traffic: true,
  stages: [{ weight: 50, analyze }, { weight: 100 }],
});

/** What a person reads of a deployment in `show`. */
async function shown(world: ShopWorld, id: string): Promise<string> {
  const deployment = await world.load(id);
  return JSON.stringify(showView(deployment, await world.index.events(deployment.id)));
}

describe('an analysis that cannot see', () => {
  test.each([
    ['fail', 'rolled_back'],
    ['inconclusive', 'paused'],
    ['pass', 'completed'],
  ] as const)(
    'with its Prometheus stopped in the middle does what it was told: %s',
    async (sourceDown, status) => {
      const world = await shopWorld({
        perColour: 1,
        metrics: true,
        service: {
          analyses: {
            errors: {
              ...{ interval: '2s', count: 6, consecutiveErrorLimit: 1 },
              metrics: [{ ...ERRORS, sourceDown, critical: true }],
            },
          },
        },
      });
      await world.live('1.0.0');
      world.startLoad(RATE);
      const id = await world.deploy('2.0.0', { strategy: canary('errors') });
      await world.until(id, ({ analyses }) =>
        Object.values(analyses).some(({ progress }) => progress.rounds >= 2),
      );
      await world.prometheus?.stop();
      await world.until(id, ({ state }) => state.status === status);

      expect(await shown(world, id)).toMatch(/source|unreachable|refused/i);
    },
  );

  test('that matches nothing ends by its policy for no data, never in a silent pass', async () => {
    const world = await shopWorld({
      perColour: 1,
      metrics: true,
      service: {
        analyses: {
          nothing: {
            ...{ interval: '1s', count: 2, onInconclusive: 'fail' },
            metrics: [
              {
                ...{ name: 'nothing', kind: 'threshold', source: 'prom', max: 1 },
                query: 'no_such_metric{version="{version}"}',
                critical: true,
              },
            ],
          },
        },
      },
    });
    await world.live('1.0.0');
    world.startLoad(RATE);
    const id = await world.deploy('2.0.0', { strategy: canary('nothing') });

    expect((await world.ended(id)).state.status).toBe('rolled_back');
    expect(await shown(world, id)).toContain('no data');
  });

  test('with two samples only says that they are too few', async () => {
    const world = await shopWorld({
      perColour: 1,
      metrics: true,
      service: {
        analyses: {
          slow: {
            ...{ interval: '1s', count: 2, initialDelay: '8s', onInconclusive: 'fail' },
            metrics: [
              {
                ...{ name: 'latency', kind: 'latency', source: 'prom', step: '1s' },
                query:
                  'sum(rate(http_request_duration_seconds_sum{version="{version}"}[4s])) / sum(rate(http_request_duration_seconds_count{version="{version}"}[4s]))',
                ...{ baseline: 'stable', maxIncrease: '10%', minSamples: 10, critical: true },
              },
            ],
          },
        },
      },
    });
    await world.live('1.0.0');
    world.startLoad(RATE);
    const id = await world.deploy('2.0.0', { strategy: canary('slow') });

    expect((await world.ended(id)).state.status).toBe('rolled_back');
    expect(await shown(world, id)).toMatch(/too few|too little|fewer/i);
  });

  test('and a metric that improves is no regression', async () => {
    const world = await shopWorld({
      perColour: 1,
      metrics: true,
      byVersion: { '1.0.0': { ERROR_RATE: '0.2' } },
      service: {
        analyses: {
          errors: { interval: '3s', count: 4, metrics: [{ ...ERRORS, critical: true }] },
        },
      },
    });
    await world.live('1.0.0');
    world.startLoad(RATE);
    const id = await world.deploy('2.0.0', { strategy: canary('errors') });

    expect((await world.ended(id)).state.status).toBe('completed');
  });
});
