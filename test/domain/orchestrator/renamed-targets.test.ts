import { describe, expect, test } from 'vitest';
import { MemoryAuditSource } from '../../../src/adapters/memory/memory-audit.js';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { audit } from '../../../src/domain/audit/audit.js';
import { planNotes } from '../../../src/domain/explain/plan-notes.js';
import { targetId } from '../../../src/domain/model/ids.js';
import { ok } from '../../../src/domain/model/result.js';
import type { Target } from '../../../src/domain/model/target.js';
import { broken, type FakeDriver, fine } from '../../support/fake-services.js';
import { API, type DeploymentFixture } from '../../support/fixtures.js';
import { Death, mortalRuntime, mortalStore } from '../../support/mortal.js';
import { leftTargets } from '../../../src/domain/audit/left-targets.js';
import { aWorld, LEASE, type WorldOptions } from './world.js';

const place = (id: string, n: number): Target => ({
  ...{ id: targetId(id), name: id, address: `127.0.0.1:800${n}`, metadata: {} },
});
/** The same two places, before and after they were given other names. */
const BEFORE = [place('old-1', 1), place('old-2', 2)];
const AFTER = [place('new-1', 1), place('new-2', 2)];
const strategy = { kind: 'rolling', maxUnavailable: 1 } as const;
const renamed: DeploymentFixture = {
  ...{ version: '2.0.0', places: AFTER, configured: true, strategy, removes: true },
};

/** Ports, each with one process at most: who comes second is locked out, as by a process of others. */
function portsOf(driver: FakeDriver, done: string[]): ReadonlyMap<string, string> {
  const ports = new Map<string, string>();
  driver.onApply = ({ target: { id, address }, version }) => {
    const there = ports.get(address);
    const isOwn = there === undefined || there.startsWith(`${id} `);
    if (!isOwn) return version === null ? fine : broken(`${address} is in use by ${there}`);
    done.push(`apply ${id} ${version}`);
    if (version === null) ports.delete(address);
    else ports.set(address, `${id} ${version}`);
    return fine;
  };
  return ports;
}

async function live(options: WorldOptions = {}, removes = true) {
  const done: string[] = [];
  const world = aWorld({ fixture: { places: BEFORE }, ...options });
  world.driver.removes = removes;
  const ports = portsOf(world.driver, done);
  await world.live('1.0.0');
  done.length = 0;
  const clean = async () => {
    const report = await audit(new MemoryAuditSource(world.state, []), { most: 5 });
    return report.findings.map(({ message }) => message);
  };
  const known = async () => [...(await world.index.targetStatuses(API)).keys()];
  return { ...world, held: ports, done, clean, known };
}

describe('a target that moved, and whose driver cannot remove', () => {
  test('is named in the event at the start: what runs where it was stays', async () => {
    const { live: deploy, index, clean } = await live({}, false);
    const places = [place('old-1', 7), place('old-2', 2)];
    const { id, state } = await deploy('2.0.0', { ...renamed, places, removes: false });

    expect(state.status).toBe('completed');
    const events = (await index.events(id)).map(({ event }) => event);
    expect(events.find(({ type }) => type === 'deployment.targets_removed')).toMatchObject({
      targets: [{ target: 'old-1', address: '127.0.0.1:8001', version: '1.0.0', fate: 'leave' }],
    });
    expect((await index.targetStatuses(API)).get(targetId('old-1'))).toMatchObject({
      version: ['2.0.0'],
      place: { address: '127.0.0.1:8007' },
    });
    expect(await clean()).toEqual([]);
  });

  test('is named afterwards with where it was, until it is called there again', async () => {
    const { live: deploy, index } = await live({}, false);
    const moved = { configured: true, places: [place('old-1', 7), place('old-2', 2)] };
    const back = { configured: true, places: BEFORE };
    const left = async () => leftTargets(await index.targetStatuses(API), null);
    await deploy('2.0.0', moved);
    expect(await left()).toMatchObject([{ address: '127.0.0.1:8001', version: '1.0.0' }]);
    await deploy('2.1.0', moved);
    expect(await left()).toMatchObject([{ address: '127.0.0.1:8001', version: '1.0.0' }]);
    await deploy('3.0.0', back);
    expect(await left()).toMatchObject([{ address: '127.0.0.1:8007', version: '2.1.0' }]);
  });
});

describe('a target that moved, and whose driver removes what it left', () => {
  test('is not named as something that stays: the driver ends it where it was', async () => {
    const { live: deploy, eventsOf, index } = await live();
    const places = [place('old-1', 7), place('old-2', 2)];
    const { id, state, plan } = await deploy('2.0.0', { ...renamed, places });

    expect(state.status).toBe('completed');
    expect(plan.moved).toMatchObject([{ target: 'old-1', reason: null }]);
    expect(await eventsOf(id)).not.toContain('deployment.targets_removed');
    expect((await index.targetStatuses(API)).get(targetId('old-1'))).toMatchObject({
      place: { address: '127.0.0.1:8007' },
    });
  });
});

describe('a target at the place of one that left the configuration', () => {
  test('has what is there removed first, one place after the other, above the floor', async () => {
    const { live: deploy, done, index, clean, known } = await live();
    const { state, plan } = await deploy('2.0.0', renamed);

    expect(state.status).toBe('completed');
    expect(done).toEqual([
      ...['apply old-1 null', 'apply new-1 2.0.0'],
      ...['apply old-2 null', 'apply new-2 2.0.0'],
    ]);
    expect(planNotes(plan)).toContain(
      'old-1 (127.0.0.1:8001, runs 1.0.0) left the configuration: new-1 is at the same place, and it is removed before that is deployed to',
    );
    expect(await known()).toEqual(['new-1', 'new-2']);
    expect((await index.active(API))?.version).toBe('2.0.0');
    expect(await clean()).toEqual([]);
  });

  test('is taken out of the router before what is there is removed', async () => {
    const drains: string[] = [];
    const router = new MemoryRouter({
      fault: ({ method, target }) => {
        if (method === 'drain' || method === 'ready') drains.push(`${method} ${target}`);
        return null;
      },
    });
    const world = await live({ runtime: { router } });
    const look = router.look.bind(router);
    router.look = async (call, signal) =>
      call.targets.some(({ id }) => id.startsWith('old'))
        ? { ok: false, error: { code: 'router/no_such_target', message: 'no', transient: false } }
        : look(call, signal);
    drains.length = 0;
    const { driver } = world;
    const apply = driver.onApply;
    driver.onApply = (call, signal) => {
      drains.push(`apply ${call.target.id} ${call.version}`);
      return apply(call, signal);
    };

    expect((await world.live('2.0.0', renamed)).state.status).toBe('completed');
    expect(drains).toEqual([
      ...['drain new-1', 'apply old-1 null', 'apply new-1 2.0.0', 'ready new-1'],
      ...['drain new-2', 'apply old-2 null', 'apply new-2 2.0.0', 'ready new-2'],
    ]);
    expect(await world.clean()).toEqual([]);
  });

  test('has the old version again where the deployment goes back', async () => {
    const { live: deploy, driver, held, index, clean } = await live();
    const apply = driver.onApply;
    driver.onApply = (call, signal) =>
      call.target.id === 'new-2' && call.version === '2.0.0'
        ? broken('no disk')
        : apply(call, signal);

    expect((await deploy('2.0.0', renamed)).state.status).toBe('rolled_back');
    expect([...held.values()].toSorted()).toEqual(['new-1 1.0.0', 'new-2 1.0.0']);
    expect((await index.active(API))?.version).toBe('1.0.0');
    expect(await clean()).toEqual([]);
  });

  test('takes it over where the driver cannot remove: nothing else is there any more', async () => {
    const { live: deploy, driver, done, clean, known } = await live({}, false);
    driver.onApply = ({ target, version }) => {
      done.push(`apply ${target.id} ${version}`);
      return fine;
    };
    const { state, plan } = await deploy('2.0.0', { ...renamed, removes: false });

    expect(state.status).toBe('completed');
    expect(done).toEqual(['apply new-1 2.0.0', 'apply new-2 2.0.0']);
    expect(planNotes(plan)).toContain(
      'old-1 (127.0.0.1:8001, runs 1.0.0) left the configuration: new-1 is at the same place, and takes it over',
    );
    expect(await known()).toEqual(['new-1', 'new-2']);
    expect(await clean()).toEqual([]);
  });

  test('is the same for a request that names its own targets', async () => {
    const { live: deploy, held } = await live();

    await deploy('2.0.0', { ...renamed, places: [place('new-1', 1)], configured: false });

    expect([...held.values()].toSorted()).toEqual(['new-1 2.0.0', 'old-2 1.0.0']);
  });

  test('is told by its address alone where no two share it', async () => {
    const shared = [place('new-1', 1), place('new-3', 1)];
    const { planned } = await live();
    const { plan } = await planned({ ...renamed, places: shared });
    expect(plan.removed?.map(({ fate }) => fate)).toEqual(['retire', 'retire']);
    const nowhere = { address: '' };
    const bare = aWorld({ fixture: { places: [{ ...place('old-1', 1), ...nowhere }] } });
    await bare.live('1.0.0');
    const moved = await bare.planned({
      ...renamed,
      places: [{ ...place('new-1', 1), ...nowhere }],
    });
    expect(moved.plan.removed?.map(({ fate }) => fate)).toEqual(['retire']);
  });

  test('is left to whoever has deployed to it since this was planned', async () => {
    const { planned, finish, order, live: deploy, held, clean } = await live();
    const { id } = await planned({ ...renamed, approve: false });
    await deploy('1.5.0', renamed);
    await order(id, { type: 'approve', by: 'ann' });

    expect((await finish(id)).state.status).toBe('completed');
    expect([...held.values()].toSorted()).toEqual(['new-1 2.0.0', 'new-2 2.0.0']);
    expect(await clean()).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'ends as if nothing was when a worker dies %s any call takes effect',
    async (moment) => {
      for (let at = 1; ; at += 1) {
        const world = await live();
        const { id } = await world.planned(renamed);
        const fate = { at, moment, calls: 0 };
        const runtime = { driver: world.driver, checker: null };
        const mortal = aWorld({
          ports: {
            ...world.ports,
            store: mortalStore(world.truth, fate),
            runtimeOf: () => ok(mortalRuntime(runtime, fate)),
          },
        });
        const died = await mortal.orchestrator.advance('execute', id).then(
          () => false,
          (error: unknown) => {
            if (error instanceof Death) return true;
            throw error;
          },
        );
        world.clock.advance(LEASE);

        expect((await world.finish(id)).state.status, `call ${at}`).toBe('completed');
        expect([...world.held.values()].toSorted()).toEqual(['new-1 2.0.0', 'new-2 2.0.0']);
        expect(await world.known()).toEqual(['new-1', 'new-2']);
        expect(await world.clean()).toEqual([]);
        if (!died) break;
      }
    },
  );
});
