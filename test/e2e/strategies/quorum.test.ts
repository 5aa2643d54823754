import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { environmentName, serviceName } from '../../../src/domain/model/ids.js';
import { startCommandProxy } from '../../support/command-proxy.js';
import { sharesIn } from '../../support/floor-judge.js';
import { haproxyTable, withTraffic } from '../../support/haproxy-table.js';
import { inProcessCli } from '../../support/ran-cli.js';
import { shopWorld } from '../../support/shop-world.js';

const RATE = 50;
const SOON = { timeout: 30_000, interval: 50 };
const SHOP = { service: serviceName('shop'), environment: environmentName('production') };
const BLUE_GREEN = { strategy: { kind: 'blue_green' } } as const;

/** Version 1.0.0 of a shop of two colours before two real HAProxies, of which so many have to answer. */
async function lived(quorum: 1 | 2) {
  const proxies = [await startCommandProxy(), await startCommandProxy()] as const;
  for (const proxy of proxies) onTestFinished(() => proxy.close());
  const world = await shopWorld({
    ...{ perColour: 2, balancers: 2 },
    router: { socket: proxies.map(({ address }) => address), quorum },
  });
  proxies.forEach((proxy, at) => proxy.forwardTo(world.balancers[at]?.socketAddress ?? null));
  const [one, second] = world.balancers;
  if (one === undefined || second === undefined) throw new Error('no pair');
  const tables = [haproxyTable(one, 'be_shop'), haproxyTable(second, 'be_shop')] as const;
  await world.live('1.0.0');
  const connection = patientConnection(world.url);
  onTestFinished(() => connection.close());
  const turnOf = () =>
    connection.client.hget(keysOf(world.namespace).service(SHOP).record, 'catchUp');
  const behind = async () => {
    const { targets } = await world.store.service(SHOP);
    const missed = [...targets.values()].flatMap(({ missedBy = [] }) => missedBy);
    return [...new Set(missed.map(({ place }) => place))];
  };
  const typesOf = async (id: string) =>
    (await world.index.events((await world.load(id)).id)).map(({ event }) => event.type);
  const alike = () =>
    vi.waitFor(async () => {
      const [first, other] = await Promise.all(tables.map((table) => table.read()));
      expect(sharesIn(other ?? {})).toEqual(sharesIn(first ?? {}));
      return sharesIn(first ?? {});
    }, SOON);
  /** Completes this version while the second is away. */
  const withoutTheSecond = async (version: string): Promise<string> => {
    await second.kill();
    const id = await world.deploy(version, BLUE_GREEN);
    expect((await world.ended(id)).state).toEqual({ status: 'completed' });
    return id;
  };
  const caughtUp = (id: string) =>
    vi.waitFor(async () => {
      expect(await behind()).toEqual([]);
      const types = await typesOf(id);
      expect(types.filter((type) => type === 'deployment.place_caught_up')).toHaveLength(1);
    }, SOON);
  return {
    ...world,
    world,
    one,
    second,
    tables,
    proxies,
    turnOf,
    behind,
    typesOf,
    alike,
    withoutTheSecond,
    caughtUp,
  };
}

const NONE_FAILED = { reasons: {} };

describe('two real HAProxies of which one has to answer', () => {
  test('complete without the second, which gets what it missed once it is back with its old file', async () => {
    const the = await lived(1);
    const load = the.world.startLoad(RATE, the.one);
    const id = await the.withoutTheSecond('2.0.0');
    expect(await the.behind()).toEqual([the.proxies[1].address]);
    const told = await inProcessCli(`explain ${id} --namespace ${the.namespace}`, {
      ...{ redisUrl: the.url, folder: the.folder },
    });
    expect(told.out).toContain(the.proxies[1].address);

    await the.second.restart();
    const shares = await the.alike();
    expect(Object.keys(shares)).toHaveLength(2);
    await the.caughtUp(id);
    expect(await load.stop()).toMatchObject(NONE_FAILED);
    const audited = await inProcessCli(`doctor --audit --namespace ${the.namespace}`, {
      ...{ redisUrl: the.url, folder: the.folder },
    });
    expect(audited).toMatchObject({
      ...{ code: 0, out: expect.stringContaining('every guarantee holds') },
    });
    const ended = await the.load(id);
    expect(ended.state).toEqual({ status: 'completed' });
    // What comes behind the end is not the end.
    const events = await the.index.events(ended.id);
    const end = events.find(({ event }) => event.type === 'deployment.completed');
    expect(ended.endedAt).toBe(end?.at);
  });

  test('killed with kill -9 in the middle of catching up: the next worker brings it to the end', async () => {
    const the = await lived(1);
    const id = await the.withoutTheSecond('2.0.0');
    const held = the.proxies[1].holdAt(/set server .* weight/);
    await the.second.restart();
    await held.came;
    await the.world.kill9(the.worker);
    held.go('drop');
    expect(await the.behind()).toEqual([the.proxies[1].address]);
    expect(await the.typesOf(id)).not.toContain('deployment.place_caught_up');

    await the.world.startWorker();
    await the.alike();
    await the.caughtUp(id);
  });

  test('keep a deployment waiting that comes while one is caught up, and then go with it', async () => {
    const the = await lived(1);
    await the.withoutTheSecond('2.0.0');
    const held = the.proxies[1].holdAt(/set server .* weight/);
    await the.second.restart();
    await held.came;
    const id = await the.deploy('3.0.0', BLUE_GREEN);
    await vi.waitFor(async () => expect(await the.turnOf()).toBe('wanted'), SOON);
    expect((await the.load(id)).state.status).toBe('approved');
    held.go('pass');

    expect((await the.ended(id)).state).toEqual({ status: 'completed' });
    const [first, other] = await Promise.all(the.tables.map((table) => table.read()));
    expect(sharesIn(other ?? {})).toEqual(sharesIn(first ?? {}));
    expect(await the.turnOf()).toBe(null);
  });

  test('bring the second up while the deployment waits at its gate', async () => {
    const the = await lived(1);
    await the.second.kill();
    const stages = [{ weight: 25, gate: { name: 'look' } }, { weight: 100 }];
    const strategy = { kind: 'canary', traffic: true, stages } as const;
    const id = await the.deploy('2.0.0', { strategy });
    await the.atGate(id, 'look');
    await the.second.restart();
    await the.alike();
    await the.caughtUp(id);
    expect((await the.load(id)).state).toMatchObject({ status: 'executing' });
  });
});

describe('two real HAProxies that both have to answer', () => {
  test.each([/set server .* weight/, /set server .* state/])(
    'whose worker is killed with kill -9 between %s at the first and at the second end alike, and none failed',
    async (command) => {
      const the = await lived(2);
      const loads = [the.one, the.second].map((each) => the.world.startLoad(RATE, each));
      const strategy = command.source.endsWith('weight')
        ? BLUE_GREEN.strategy
        : ({ kind: 'rolling', maxUnavailable: 1 } as const);
      const before = await the.tables[0].read();
      const held = the.proxies[1].holdAt(command);
      const id = await the.deploy('2.0.0', { strategy });
      await held.came;
      // The first has it, the second has not.
      await the.tables[0].until((now) => JSON.stringify(now) !== JSON.stringify(before));
      await the.world.kill9(the.worker);
      held.go('drop');
      await the.world.startWorker();

      expect((await the.ended(id)).state).toEqual({ status: 'completed' });
      await the.alike();
      for (const table of the.tables) expect(withTraffic(await table.read())).toHaveLength(2);
      for (const load of loads) expect(await load.stop()).toMatchObject(NONE_FAILED);
    },
  );
});
