import { describe, expect, test } from 'vitest';
import { shopWorld } from '../../support/shop-world.js';
import { canary, ERRORS, RATE, shown } from './metrics-canary.js';

describe('an analysis', () => {
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

  test('finds no regression in a metric that improves', async () => {
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
