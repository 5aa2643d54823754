import { describe, expect, onTestFinished, test } from 'vitest';
import { belowFloor, sharesIn } from '../../support/floor-judge.js';
import { freePort } from '../../support/free-port.js';
import { haproxyTable, withTraffic } from '../../support/haproxy-table.js';
import { type Load, startLoad } from '../../support/load.js';
import { shopWorld, type ShopWorld } from '../../support/shop-world.js';

const RATE = 100;
const ROLLING = { kind: 'rolling', maxUnavailable: 1 } as const;
const BLUE_GREEN = { kind: 'blue_green' } as const;

/** A steady load through another frontend. */
function loadThrough(port: number): Load {
  const load = startLoad({ url: `http://127.0.0.1:${port}`, ratePerSecond: RATE });
  onTestFinished(async () => void (await load.stop()));
  return load;
}

const frontend = (port: number, backend: string): readonly string[] => [
  'frontend second',
  `  bind 127.0.0.1:${port}`,
  `  default_backend ${backend}`,
];

const noneFailed = async (...loads: readonly Load[]): Promise<void> => {
  for (const load of loads) {
    const { reasons, requests } = await load.stop();
    expect(reasons).toEqual({});
    expect(requests).toBeGreaterThan(0);
  }
};

const completed = async (world: ShopWorld, ids: readonly string[]): Promise<void> => {
  for (const id of ids) expect((await world.ended(id)).state).toEqual({ status: 'completed' });
};

describe('backends of one HAProxy, under requests', () => {
  test('two services beside each other are deployed at the same time, none failed at either', async () => {
    const port = await freePort();
    const isShops = (id: string): boolean => id === 'web-1' || id === 'web-2';
    const world = await shopWorld({
      targets: 4,
      haproxy: ({ backend }) => ({
        backend: 'be_all',
        routes: ['use_backend be_shop if TRUE'],
        sections: [
          ...backend('be_shop', isShops),
          ...backend('be_cart', (id) => !isShops(id)),
          ...frontend(port, 'be_cart'),
        ],
      }),
      router: { backend: 'be_{service}' },
      services: (shop, targets) => ({
        shop: { ...shop, targets: targets.filter(({ id }) => isShops(id)) },
        cart: { ...shop, targets: targets.filter(({ id }) => !isShops(id)) },
      }),
    });
    const of = (service: string) => ({ service, strategy: { kind: 'rolling' } }) as const;
    await completed(world, [
      await world.deploy('1.0.0', of('shop')),
      await world.deploy('1.0.0', of('cart')),
    ]);
    const tables = ['be_shop', 'be_cart'].map((name) => haproxyTable(world.haproxy, name));
    for (const table of tables) await table.until((now) => withTraffic(now).length === 2);
    const loads = [world.startLoad(RATE), loadThrough(port)];
    const watches = tables.map((table) => table.watch());

    await completed(world, [
      await world.deploy('2.0.0', { strategy: ROLLING }),
      await world.deploy('3.0.0', { service: 'cart', strategy: ROLLING }),
    ]);

    for (const watch of watches) expect(belowFloor(await watch.stop(), 1)).toEqual([]);
    for (const table of tables)
      expect(Object.values(sharesIn(await table.read()))).toEqual([50, 50]);
    await noneFailed(...loads);
  });

  test('one service that is in two backends is switched in both, and drained in both', async () => {
    const port = await freePort();
    const world = await shopWorld({
      perColour: 2,
      haproxy: ({ backend }) => ({
        sections: [
          ...backend('be_shop_internal', () => true),
          ...frontend(port, 'be_shop_internal'),
        ],
      }),
      router: { backend: ['be_shop', 'be_shop_internal'] },
    });
    await world.live('1.0.0');
    const tables = ['be_shop', 'be_shop_internal'].map((name) => haproxyTable(world.haproxy, name));
    const loads = [world.startLoad(RATE), loadThrough(port)];
    const watches = tables.map((table) => table.watch());
    for (const strategy of [BLUE_GREEN, ROLLING]) {
      await completed(world, [
        await world.deploy(strategy.kind === 'rolling' ? '3.0.0' : '2.0.0', { strategy }),
      ]);
      const [one, two] = await Promise.all(tables.map((table) => table.read()));
      expect(sharesIn(one ?? {})).toEqual(sharesIn(two ?? {}));
      expect(new Set(withTraffic(one ?? {}).map((id) => id.split('-')[0])).size).toBe(1);
    }
    for (const watch of watches) expect(belowFloor(await watch.stop(), 1)).toEqual([]);
    await noneFailed(...loads);
  });
});
