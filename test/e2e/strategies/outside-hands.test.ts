import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { InstanceStore } from '../../../src/adapters/drivers/local-process/instance-store.js';
import { targetsDir } from '../../../src/adapters/drivers/local-process/target-folder.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { belowFloor, sharesIn } from '../../support/floor-judge.js';
import { haproxyTable, withTraffic } from '../../support/haproxy-table.js';
import { inProcessCli } from '../../support/ran-cli.js';
import { type ShopWorld, shopWorld } from '../../support/shop-world.js';
import { testsInTurn } from '../../support/some-of.js';

const RATE = 200;
const ROLLING = { kind: 'rolling', maxUnavailable: 1 } as const;
const HALVES = { 'web-1': 50, 'web-2': 50 };

/** So many targets with 1.0.0, all with traffic. */
async function lived(targets: number) {
  const world = await shopWorld({ targets });
  const table = haproxyTable(world.haproxy, 'be_shop');
  await world.live('1.0.0');
  await table.until((now) => withTraffic(now).length === targets);
  /** What a person types on HAProxy's socket. */
  const put = (target: string, state: 'maint' | 'ready'): Promise<string> =>
    table.say(`set server be_shop/${target} state ${state}`);
  /** Waits until it is held by this, and gives what `explain` says of that. */
  const heldBy = async (id: string, kind: string): Promise<string> => {
    await world.until(id, ({ progress }) => progress.hold?.kind === kind);
    const explained = await inProcessCli(`explain ${id} --namespace ${world.namespace}`, {
      redisUrl: world.url,
      folder: world.folder,
    });
    if (explained.code !== 0) throw new Error(explained.err);
    return explained.out;
  };
  return { world, table, put, heldBy };
}

const versionsOf = (world: ShopWorld): Promise<readonly string[]> =>
  Promise.all(
    world.targets.map(async ({ address }) => {
      const answer = await fetch(`http://${address}/`);
      return ((await answer.json()) as { version: string }).version;
    }),
  );

const processOf = ({ folder }: ShopWorld, target: string): InstanceStore =>
  new InstanceStore(join(targetsDir(join(folder, 'processes')), 'production', 'shop', target));

/** As if it had died by itself. */
async function kill(world: ShopWorld, target: string): Promise<void> {
  const instance = await processOf(world, target).current();
  if (instance === null) throw new Error(`nothing runs on ${target}`);
  process.kill(instance.process.pid, 'SIGKILL');
}

type Facts = readonly { readonly type: string }[];

const eventsOf = async (world: ShopWorld, { id }: Pick<Deployment, 'id'>): Promise<Facts> =>
  (await world.index.events(id)).map(({ event }) => event);

/** The targets in the order in which the driver was called for them. */
const calledIn = (events: Facts): readonly unknown[] =>
  events.flatMap((event) =>
    event.type === 'deployment.target_started' && 'target' in event ? [event.target] : [],
  );

const inTurn = testsInTurn(4, 2, Date.now());

describe('a real HAProxy that others have their hands on', () => {
  inTurn(
    'H: with one of two servers in maintenance the other is not drained until the first serves again',
    async () => {
      const { world, table, put, heldBy } = await lived(2);
      await put('web-2', 'maint');
      const load = world.startLoad(RATE);
      const watch = table.watch();
      const id = await world.deploy('2.0.0', { strategy: ROLLING });

      expect(await heldBy(id, 'capacity')).toContain('at least 1 must go on serving');
      expect(await versionsOf(world)).toEqual(['1.0.0', '2.0.0']);
      expect(withTraffic(await table.read())).toEqual(['web-1']);
      await put('web-2', 'ready');

      expect((await world.ended(id)).state).toEqual({ status: 'completed' });
      expect(belowFloor(await watch.stop(), 1)).toEqual([]);
      expect(sharesIn(await table.read())).toEqual(HALVES);
      expect(await versionsOf(world)).toEqual(['2.0.0', '2.0.0']);
      expect((await load.stop()).reasons).toEqual({});
    },
  );

  inTurn('H: a server whose process is dead is deployed first', async () => {
    const { world, table } = await lived(2);
    await kill(world, 'web-2');
    await table.until((now) => now['web-2']?.status.startsWith('DOWN') === true);
    const load = world.startLoad(RATE);
    const watch = table.watch();
    const ended = await world.ended(await world.deploy('2.0.0', { strategy: ROLLING }));

    expect(ended.state).toEqual({ status: 'completed' });
    expect(ended.plan.floor).toBe(1);
    expect(calledIn(await eventsOf(world, ended))).toEqual(['web-2', 'web-1']);
    expect(belowFloor(await watch.stop(), 1)).toEqual([]);
    expect(sharesIn(await table.read())).toEqual(HALVES);
    expect(await versionsOf(world)).toEqual(['2.0.0', '2.0.0']);
    expect((await load.stop()).reasons).toEqual({});
  });

  inTurn(
    'I: a server in maintenance gets the version, stays in maintenance, and the events say so',
    async () => {
      const { world, table, put } = await lived(3);
      await put('web-2', 'maint');
      const load = world.startLoad(RATE);
      const watch = table.watch();
      const ended = await world.ended(
        await world.deploy('2.0.0', { strategy: { kind: 'rolling', batchSize: 1 } }),
      );

      expect(ended.state).toEqual({ status: 'completed' });
      expect(await versionsOf(world)).toEqual(['2.0.0', '2.0.0', '2.0.0']);
      expect((await table.read())['web-2']?.status).toMatch(/^MAINT/);
      expect(await eventsOf(world, ended)).toContainEqual(
        expect.objectContaining({
          type: 'deployment.router_seen',
          targets: { 'web-2': expect.objectContaining({ heldOut: 'maintenance' }) },
        }),
      );
      const tables = await watch.stop();
      expect(tables.filter((now) => withTraffic(now).includes('web-2'))).toEqual([]);
      expect(belowFloor(tables, 1)).toEqual([]);
      expect((await load.stop()).reasons).toEqual({});

      await put('web-2', 'ready');
      await table.until((now) => withTraffic(now).length === 3);
      expect(sharesIn(await table.read())).toEqual({ 'web-1': 33, 'web-2': 33, 'web-3': 33 });
    },
  );

  inTurn(
    'J: a router that is away is waited for with nothing touched, and then the deployment goes on',
    async () => {
      const { world, table, heldBy } = await lived(2);
      await world.haproxy.kill();
      const id = await world.deploy('2.0.0', { strategy: ROLLING });

      expect(await heldBy(id, 'router')).toContain('the router cannot be asked');
      const held = await world.load(id);
      expect(calledIn(await eventsOf(world, held))).toEqual([]);
      expect(await versionsOf(world)).toEqual(['1.0.0', '1.0.0']);
      await world.haproxy.restart();
      await table.until((now) => withTraffic(now).length === 2);
      const load = world.startLoad(RATE);
      const watch = table.watch();

      expect((await world.ended(id)).state).toEqual({ status: 'completed' });
      expect(belowFloor(await watch.stop(), 1)).toEqual([]);
      expect(sharesIn(await table.read())).toEqual(HALVES);
      expect(await versionsOf(world)).toEqual(['2.0.0', '2.0.0']);
      expect((await load.stop()).reasons).toEqual({});
    },
  );
});
