import { describe, expect } from 'vitest';
import type { Load } from '../../support/load.js';
import { shopWorld, type ShopWorld } from '../../support/shop-world.js';
import { testsInTurn } from '../../support/some-of.js';

const RATE = 220;
const INSTANT = { kind: 'blue_green' } as const;

/** Which version answers, of so many requests from now on. */
async function versionsNow(load: Load, requests = 400): Promise<readonly string[]> {
  const window = load.window();
  await expect.poll(() => window.counts().requests, { timeout: 30_000 }).toBeGreaterThan(requests);
  return Object.keys((await window.close()).versions);
}

const noneFailed = async (load: Load): Promise<void> => {
  const all = await load.stop();
  console.log(`${all.requests} requests, ${all.failures} failed, ${all.unsent} unsent`);
  expect(all.failures).toBe(0);
};

/** What the router was told, in the order in which it was told. */
const traffic = async (world: ShopWorld, id: string): Promise<readonly string[]> =>
  (await world.index.events((await world.load(id)).id))
    .map(({ event }) => event.type)
    .filter((type) => type.includes('shift') || type.includes('traffic'));

const inTurn = testsInTurn(3, 2, Date.now());

describe('blue-green behind HAProxy under constant load', () => {
  inTurn('switches at once when somebody promotes, with no failed request', async () => {
    const world = await shopWorld({ perColour: 2 });
    await world.live('1.0.0');
    const load = world.startLoad(RATE);
    const id = await world.deploy('2.0.0', {
      strategy: { ...INSTANT, promotion: { kind: 'gate' } },
    });
    const waiting = await world.until(
      id,
      ({ state }) => state.status === 'executing' && state.gate !== undefined,
    );
    expect(waiting.progress.traffic?.now ?? {}).not.toMatchObject({ 'green-1': 0.5 });
    expect(await versionsNow(load)).toEqual(['1.0.0']);
    await world.producer.promote(id, 'ann');
    expect((await world.ended(id)).state).toEqual({ status: 'completed' });

    expect(await versionsNow(load)).toEqual(['2.0.0']);
    await noneFailed(load);
  });

  inTurn(
    'goes back at once while the old colour still runs: traffic first, then targets',
    async () => {
      const world = await shopWorld({ perColour: 2 });
      await world.live('1.0.0');
      const load = world.startLoad(RATE);
      const id = await world.deploy('2.0.0', {
        strategy: { ...INSTANT, retire: 'remove', retireDelay: '10m' },
      });
      await expect.poll(() => versionsNow(load, 100), { timeout: 60_000 }).toEqual(['2.0.0']);
      await world.producer.abort(id, 'customers complain', 'ann');
      const ended = await world.ended(id);

      expect(ended.state).toMatchObject({ status: 'rolled_back', reason: 'customers complain' });
      expect(await versionsNow(load)).toEqual(['1.0.0']);
      expect(await traffic(world, id)).toEqual([
        'deployment.shift_started',
        'deployment.shifted',
        'deployment.traffic_restoring',
        'deployment.traffic_restored',
      ]);
      const types = (await world.index.events(ended.id)).map(({ event }) => event.type);
      expect(types.indexOf('deployment.traffic_restored')).toBeLessThan(
        types.indexOf('deployment.target_restoring'),
      );
      await noneFailed(load);
    },
  );

  inTurn('that was completed goes back by a rollback job, with no failed request', async () => {
    const world = await shopWorld({ perColour: 1 });
    await world.live('1.0.0');
    const load = world.startLoad(RATE);
    const id = await world.deploy('2.0.0', { strategy: INSTANT });
    expect((await world.ended(id)).state).toEqual({ status: 'completed' });
    await world.producer.rollback({ service: 'shop', reason: 'second thoughts' });

    await world.until(id, ({ state }) => state.status === 'rolled_back');
    expect(await versionsNow(load)).toEqual(['1.0.0']);
    await noneFailed(load);
  });
});
