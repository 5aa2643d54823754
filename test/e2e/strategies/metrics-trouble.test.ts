import { describe, expect, test } from 'vitest';
import { shopWorld } from '../../support/shop-world.js';
import { someOf } from '../../support/some-of.js';
import { canary, ERRORS, RATE, shown } from './metrics-canary.js';

const SOURCE_DOWN = [
  ['fail', 'rolled_back'],
  ['inconclusive', 'paused'],
  ['pass', 'completed'],
] as const;

describe('an analysis that cannot see', () => {
  test.each(someOf(SOURCE_DOWN, 1, Date.now()))(
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
});
