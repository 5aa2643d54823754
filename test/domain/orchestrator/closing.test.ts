import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { driftOf } from '../../../src/domain/reconcile/drift.js';
import { aProbe, saw } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const GRACE = 300_000;

/** web-1 is blue, web-2 green, behind a router that knows maintenance as HAProxy does. */
async function colours({ oneState = true, healthy = (): boolean => true } = {}) {
  const done: string[] = [];
  const control: { failure: RouterFailure | null } = { failure: null };
  const router = new MemoryRouter({
    oneState,
    fault: ({ method, target }) => {
      if (target !== null) done.push(`${method} ${target}`);
      return method === 'drain' ? control.failure : null;
    },
  });
  const probe = aProbe(async () => saw(healthy() ? 'healthy' : 'unhealthy'));
  const world = aWorld({
    ...{ runtime: { router }, probes: [probe] },
    fixture: { coloured: true, strategy: { kind: 'blue_green' }, persistentGraceMs: GRACE },
  });
  await world.live('1.0.0');
  done.length = 0;
  const known = async (n: number) => (await world.index.targetStatuses(API)).get(web(n));
  return { world, router, done, known, control };
}

const closed = { closed: true, inRotation: [false], heldOut: null, weight: [0] } as const;

describe('clients that persist, where the router ends them', () => {
  test('keep the old colour for the grace after the switch, and then it is closed to all', async () => {
    const { world, known, done } = await colours();
    const first = await known(1);
    const { id } = await world.planned({ version: '2.0.0' });
    const ending = await world.orchestrator.advance('execute', id);
    expect(ending).toMatchObject({ kind: 'wait_until', until: world.clock.now() + GRACE });
    // The first version went to blue or green, as the plan had it; the other has the traffic now.
    const old = first?.by === null ? 2 : 1;
    expect(await known(old)).toMatchObject({ inRotation: [true], weight: [0] });
    expect(await known(old)).not.toHaveProperty('closed');

    expect((await world.finish(id)).state.status).toBe('completed');

    expect(await known(old)).toMatchObject(closed);
    expect(done.at(-1)).toBe(`drain web-${old}`);
    const events = await world.eventsOf(id);
    expect(events.indexOf('deployment.target_closed')).toBeGreaterThan(
      events.indexOf('deployment.waiting'),
    );
    const stable = (await world.store.service(API)).stable[0];
    expect(stable?.declared.closed).toEqual([web(old)]);
  });

  test('never get back to it by a deployment that has other things to do; the next switch opens it', async () => {
    const { world, known, done } = await colours();
    await world.live('2.0.0');
    const before = await known(1);
    const old = before?.closed ? 1 : 2;
    done.length = 0;

    await world.live('3.0.0');

    const its = done.filter((said) => said.endsWith(`web-${old}`));
    // It is not taken into rotation before it has the version, nor drained again.
    expect(its).toEqual([`ready web-${old}`]);
    expect(world.driver.calls.at(-1)?.target.id).toBe(`web-${old}`);
    expect(await known(old)).toMatchObject({ inRotation: [true], weight: [1] });
    expect(await known(old)).not.toHaveProperty('closed');
    expect(await known(3 - old)).toMatchObject(closed);
  });

  test('have their old colour again by a rollback: it is opened before it gets the traffic', async () => {
    const { world, known, done } = await colours();
    const { id } = await world.planned({ version: '2.0.0' });
    await world.finish(id);
    const old = (await known(1))?.closed ? 1 : 2;
    done.length = 0;
    await world.order(id, { type: 'rollback', reason: 'second thoughts', by: 'ann' } as never);

    expect((await world.finish(id)).state.status).toBe('rolled_back');

    expect(done[0]).toBe(`ready web-${old}`);
    expect(await known(old)).toMatchObject({ inRotation: [true], weight: [1] });
  });

  test('stay away from what was closed before, once a later deployment is taken back', async () => {
    let healthy = true;
    const { world, known } = await colours({ healthy: () => healthy });
    await world.live('2.0.0');
    const old = (await known(1))?.closed ? 1 : 2;
    const { id } = await world.planned({ version: '3.0.0' });
    world.driver.onApply = async ({ version }) => {
      healthy = version !== '3.0.0';
      return { ok: true, value: {} };
    };

    expect((await world.finish(id)).state.status).toBe('rolled_back');

    expect(await known(old)).toMatchObject({ ...closed, version: ['1.0.0'] });
  });

  test('stay away from what was to be opened, and was only drained again on the way back', async () => {
    const { world, router, known } = await colours();
    await world.live('2.0.0');
    const old = (await known(1))?.closed ? 1 : 2;
    const { id } = await world.planned({ version: '3.0.0' });
    // Its process dies as it is given back to the router: whether it was opened is not known.
    world.driver.onApply = async ({ version }) => {
      if (version === '3.0.0') router.die(API, web(old));
      else router.revive(API, web(old));
      return { ok: true, value: {} };
    };

    expect((await world.finish(id)).state.status).toBe('rolled_back');

    expect(await known(old)).toMatchObject({ ...closed, version: ['1.0.0'] });
    const call = { ...API, targets: (await world.load(id)).plan.targets };
    const seen = await router.look(call, new AbortController().signal);
    expect(seen).toMatchObject({ value: { [web(old)]: { heldOut: true } } });
  });

  test('find it closed again where somebody opened it while the deployment goes on', async () => {
    const { world, router, known } = await colours();
    const { id } = await world.planned({
      version: '2.0.0',
      strategy: { kind: 'blue_green', retire: 'remove', retireDelay: 60_000 },
      removes: true,
    });
    world.driver.removes = true;
    for (;;) {
      const ending = await world.orchestrator.advance('execute', id);
      if (ending.kind !== 'wait_until') throw new Error(ending.kind);
      await world.clock.sleep(ending.until - world.clock.now());
      if ((await known(1))?.closed ?? (await known(2))?.closed) break;
    }
    const old = (await known(1))?.closed ? 1 : 2;
    router.unmaintain(API, web(old));
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(await known(old)).toMatchObject({ version: [null] });
  });

  test('are no business of ours where a person holds the old colour out', async () => {
    const { world, router, known, done } = await colours();
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);
    const old = JSON.stringify((await known(1))?.weight) === '[0]' ? 1 : 2;
    router.maintain(API, web(old));
    done.length = 0;

    expect((await world.finish(id)).state.status).toBe('completed');

    expect(done).toEqual([]);
    expect(await known(old)).toMatchObject({ heldOut: 'maintenance' });
    expect(await known(old)).not.toHaveProperty('closed');
  });

  test('are turned away by a drain where the router has nothing else; and doctor finds that right', async () => {
    const { world, router, known } = await colours({ oneState: false });
    const { plan } = await world.live('2.0.0');
    const old = (await known(1))?.closed ? 1 : 2;
    expect([...router.drained(API)]).toEqual([web(old)]);
    const { stable, targets } = await world.store.service(API);
    const seen = await router.look({ ...API, targets: plan.targets }, new AbortController().signal);
    if (!seen.ok || stable[0] === undefined) throw new Error('no answer');
    expect(driftOf(stable[0].declared, plan.targets, targets, seen.value)).toEqual([]);
  });

  test('are closed by another try where the router fails in passing', async () => {
    const slow: RouterFailure = { code: 'router/timeout', message: 'too slow', transient: true };
    const { world, control, known } = await colours();
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);
    await world.clock.sleep(GRACE);
    control.failure = slow;
    const ending = await world.orchestrator.advance('execute', id);
    expect(ending.kind).toBe('wait_until');
    control.failure = null;

    expect((await world.finish(id)).state.status).toBe('completed');

    const old = (await known(1))?.closed ? 1 : 2;
    expect(await known(old)).toMatchObject(closed);
  });
});
