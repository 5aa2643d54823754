import { describe, expect, test } from 'vitest';
import { belowFloor, sharesIn } from '../../support/floor-judge.js';
import { haproxyTable, withTraffic } from '../../support/haproxy-table.js';
import { inProcessCli } from '../../support/ran-cli.js';
import { shopWorld, type ShopWorld } from '../../support/shop-world.js';
import type { ShopWorldOptions } from '../../support/shop-config.js';

const RATE = 100;
const ROLLING = { kind: 'rolling', maxUnavailable: 1 } as const;

/** A shop with 1.0.0 behind two real HAProxies, and a steady load through each of them. */
async function lived(options: ShopWorldOptions) {
  const world = await shopWorld({ ...options, balancers: 2 });
  const tables = world.balancers.map((each) => haproxyTable(each, 'be_shop'));
  await world.live('1.0.0');
  for (const table of tables) await table.until((now) => withTraffic(now).length > 0);
  return { world, tables };
}

const loadsThroughBoth = (world: ShopWorld) => {
  const loads = world.balancers.map((each) => world.startLoad(RATE, each));
  return async () => {
    const counts = await Promise.all(loads.map((load) => load.stop()));
    return counts.map(({ reasons, requests }) => ({ reasons, some: requests > 0 }));
  };
};
const NONE_FAILED = [
  { reasons: {}, some: true },
  { reasons: {}, some: true },
];

describe('a service behind two real HAProxies, under requests through both', () => {
  test('blue-green: the old colour gets nothing from either one, none failed', async () => {
    const { world, tables } = await lived({ perColour: 2 });
    const stop = loadsThroughBoth(world);
    const ended = await world.ended(
      await world.deploy('2.0.0', { strategy: { kind: 'blue_green' } }),
    );

    expect(ended.state).toEqual({ status: 'completed' });
    const [one, two] = await Promise.all(tables.map((table) => table.read()));
    expect(sharesIn(one ?? {})).toEqual(sharesIn(two ?? {}));
    expect(new Set(withTraffic(one ?? {}).map((id) => id.split('-')[0])).size).toBe(1);
    expect(await stop()).toEqual(NONE_FAILED);
  });

  test('rolling: each target is drained at both before it is replaced, none failed', async () => {
    const { world, tables } = await lived({ targets: 2 });
    const stop = loadsThroughBoth(world);
    const watches = tables.map((table) => table.watch());
    const ended = await world.ended(await world.deploy('2.0.0', { strategy: ROLLING }));

    expect(ended.state).toEqual({ status: 'completed' });
    for (const watch of watches) expect(belowFloor(await watch.stop(), 1)).toEqual([]);
    for (const table of tables) {
      expect(sharesIn(await table.read())).toEqual({ 'web-1': 50, 'web-2': 50 });
    }
    expect(await stop()).toEqual(NONE_FAILED);
  });

  test('one that is away stops the deployment, is named, and is waited for', async () => {
    const { world, tables } = await lived({ targets: 2 });
    const [, second] = world.balancers;
    await second?.kill();
    const load = world.startLoad(RATE);
    const id = await world.deploy('2.0.0', { strategy: ROLLING });
    await world.until(id, ({ progress }) => progress.hold?.kind === 'router');

    const explained = await inProcessCli(`explain ${id} --namespace ${world.namespace}`, {
      redisUrl: world.url,
      folder: world.folder,
    });
    expect(explained.out).toContain('1 of 2 places');
    expect(explained.out).toContain(second?.socketAddress);
    expect(withTraffic((await tables[0]?.read()) ?? {})).toEqual(['web-1', 'web-2']);
    expect((await world.load(id)).targets.size).toBe(0);
    await second?.restart();

    expect((await world.ended(id)).state).toEqual({ status: 'completed' });
    for (const table of tables) {
      expect(sharesIn(await table.read())).toEqual({ 'web-1': 50, 'web-2': 50 });
    }
    expect((await load.stop()).reasons).toEqual({});
  });
});
