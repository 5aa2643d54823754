import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { targetId } from '../../../src/domain/model/ids.js';
import { err } from '../../../src/domain/model/result.js';
import type { Target } from '../../../src/domain/model/target.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { API, type DeploymentFixture } from '../../support/fixtures.js';
import { broken, fine } from '../../support/fake-services.js';
import { aWorld } from './world.js';

const place = (id: string): Target => ({
  ...{ id: targetId(id), name: id, address: '127.0.0.1:8001', metadata: {} },
});
const no: RouterFailure = { code: 'router/rejected', message: 'it says no', transient: false };

/** One place, renamed from old to new, behind a router that refuses to drain one of the names. */
async function refusing(name: 'old' | 'new', removes: boolean) {
  let refuses = false;
  const router = new MemoryRouter({
    fault: ({ method, target }) => (refuses && method === 'drain' && target === name ? no : null),
  });
  const world = aWorld({ runtime: { router }, fixture: { places: [place('old')] } });
  world.driver.removes = removes;
  await world.live('1.0.0');
  refuses = true;
  const before = world.driver.calls.length;
  const renamed: DeploymentFixture = { places: [place('new')], configured: true };
  const { id, state } = await world.live('2.0.0', { ...renamed, policy: { retries: 0 } });
  const failures = (await world.index.events(id)).flatMap(({ event }) =>
    event.type === 'deployment.target_failed' || event.type === 'deployment.target_retire_failed'
      ? [`${event.type.replace('deployment.target_', '')} ${event.target}: ${event.error}`]
      : [],
  );
  return { ...world, state, failures, called: world.driver.calls.slice(before) };
}

describe('a target at the place of another name, behind a router that refuses to drain', () => {
  test('the new name: the removal of the old one that this was for has failed, then the deploy', async () => {
    const { state, failures, called, index } = await refusing('new', true);

    expect(failures).toEqual(['retire_failed old: it says no', 'failed new: it says no']);
    expect(state.status).toBe('rolled_back');
    expect(called).toEqual([]);
    expect((await index.active(API))?.version).toBe('1.0.0');
  });

  test('the old name: the removal of it has failed, and so has what was to take its place', async () => {
    const { state, failures, called } = await refusing('old', true);

    expect(failures).toEqual(['retire_failed old: it says no', 'failed new: it says no']);
    expect(state.status).toBe('rolled_back');
    expect(called).toEqual([]);
  });

  test('the old name: the deploy of the new one that takes it over has failed, and is what is named', async () => {
    const { state, failures, called, index } = await refusing('old', false);

    expect(failures).toEqual(['failed new: it says no']);
    expect(state).toMatchObject({
      status: 'rolled_back',
      reason: expect.stringMatching(/new: it says no$/),
    });
    expect(called).toEqual([]);
    expect((await index.active(API))?.version).toBe('1.0.0');
  });
});

describe('a target that was drained by us and is named otherwise since', () => {
  /** Drained under the old name by a deployment that failed then; the place is as it was. */
  async function renamedWhileDrained(drains: 'we' | 'somebody') {
    const router = new MemoryRouter();
    const world = aWorld({ runtime: { router }, fixture: { places: [place('old')] } });
    await world.live('1.0.0');
    const policy = { onFailure: 'hold', retries: 0 } as const;
    world.driver.onApply = ({ version }) => (version === '2.0.0' ? broken('no disk') : fine);
    if (drains === 'we') await world.live('2.0.0', { policy });
    const places = [place('new')];
    await router.drain({ ...API, targets: places }, targetId('new'), new AbortController().signal);
    const last = await world.live('3.0.0', { places, configured: true });
    return (await world.index.targetStatuses(API)).get(last.plan.targets[0]?.id ?? targetId('x'));
  }

  test('is put back into rotation under the new one', async () => {
    expect(await renamedWhileDrained('we')).toMatchObject({ inRotation: [true], heldOut: null });
  });

  test('is left out where that was somebody else', async () => {
    expect(await renamedWhileDrained('somebody')).toMatchObject({
      ...{ inRotation: [false], heldOut: 'drained' },
    });
  });
});

describe('a target that the router knows under one of its names only', () => {
  class Renaming extends MemoryRouter {
    unknown = 'new';

    override look(...[call, signal]: Parameters<MemoryRouter['look']>) {
      const asked = call.targets.find(({ id }) => id === this.unknown);
      const message = `there is no ${asked?.id}`;
      return asked === undefined
        ? super.look(call, signal)
        : Promise.resolve(
            err({ code: 'router/no_such_target' as const, message, transient: false }),
          );
    }
  }

  test('and that was drained by us under the other is put back once it has its old name again', async () => {
    const router = new Renaming();
    const world = aWorld({ runtime: { router }, fixture: { places: [place('old')] } });
    world.driver.removes = false;
    await world.live('1.0.0');
    router.unknown = 'old';
    world.driver.onApply = ({ version }) => (version === '2.0.0' ? broken('no disk') : fine);
    const policy = { onFailure: 'hold', retries: 0 } as const;
    await world.live('2.0.0', { places: [place('new')], configured: true, policy });

    router.unknown = 'new';
    const again = { ...API, targets: [place('old')] };
    await router.drain(again, targetId('old'), new AbortController().signal);
    await world.live('3.0.0', { places: [place('old')], configured: true });

    expect((await world.index.targetStatuses(API)).get(targetId('old'))).toMatchObject({
      ...{ inRotation: [true], heldOut: null },
    });
  });
});
