import { beforeEach, describe, expect, test } from 'vitest';
import type { TargetId } from '../../../src/domain/model/ids.js';
import { UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { anId, API, v, web } from '../../support/fixtures.js';
import { started } from '../../support/store-hand.js';
import { AuditWorld } from './world.js';

let world: AuditWorld;
beforeEach(() => {
  world = new AuditWorld();
});

/** Nothing is left of the stream. */
const emptied = (): void => {
  world.tape.events.length = 0;
};

describe('what is active, and the stable versions under it', () => {
  const declared = { version: v('9'), others: {}, missed: [], shares: null };
  const entry = { ...API, version: v('9'), deploymentId: anId(), since: 1, declared };

  test('follow from the endings', async () => {
    const [first, second] = [await world.completed('1.0.0'), await world.completed('2.0.0')];
    expect(await world.found()).toEqual([]);

    const { stable } = (await world.source.servicesNow([API])).services[0]!;
    expect(await world.found(world.serviceAs({ active: null }))).toEqual([
      `active_folded: active is nothing: the endings lead to 2.0.0 of ${second}`,
    ]);
    expect(await world.found(world.serviceAs({ stable: stable.slice(1) }))).toEqual([
      `active_folded: active is 2.0.0 of ${second}, first of its stable versions 1.0.0 of ${first}`,
      `stable_folded: place 1 of its stable versions is 1.0.0 of ${first}: the endings lead to 2.0.0 of ${second}`,
    ]);
    expect(await world.found(world.serviceAs({ stable: stable.slice(0, 1) }))).toEqual([
      `stable_folded: place 2 of its stable versions is nothing: the endings lead to 1.0.0 of ${first}`,
    ]);
    expect(await world.found(world.serviceAs({ stable: [...stable, ...stable.slice(1)] }))).toEqual(
      [
        `stable_folded: ${first} is among its stable versions twice`,
        `stable_folded: place 3 of its stable versions is 1.0.0 of ${first}: the endings lead to nothing`,
      ],
    );
  });

  test('agree with one another where the stream says nothing', async () => {
    await world.completed('1.0.0');
    emptied();

    expect(await world.found(world.serviceAs({ active: { ...entry, version: null } }))).toEqual([
      `active_folded: ${entry.deploymentId} is active and has no record`,
    ]);
    const found = await world.found(world.serviceAs({ active: null }));
    expect(found).toEqual([
      expect.stringMatching(
        /^active_folded: active is nothing, first of its stable versions 1\.0\.0 of/,
      ),
    ]);
    expect(await world.found(world.serviceAs({ active: entry, stable: [] }))).toEqual([
      `active_folded: active is 9 of ${entry.deploymentId}, first of its stable versions nothing`,
      `active_folded: ${entry.deploymentId} is active and has no record`,
    ]);
  });

  test('name deployments that have a record, as the slot and the line do', async () => {
    await world.completed('1.0.0');
    const nobody = anId();
    emptied();

    const found = await world.found(
      world.serviceAs({ holder: nobody, line: [nobody], stable: [entry], active: entry }),
    );
    expect(found).toEqual([
      `slot_held: ${nobody} holds its slot and has no record`,
      `slot_held: ${nobody} waits in its line and has no record`,
      `stable_folded: ${entry.deploymentId} is among its stable versions and has no record`,
      `active_folded: ${entry.deploymentId} is active and has no record`,
    ]);
  });

  test('are known no more after an ending whose deployment is gone', async () => {
    const id = await world.completed('1.0.0');
    await world.completed('2.0.0');
    world.state.deployments.delete(id);

    const found = await world.found();
    expect(found.filter((each) => !each.startsWith('counters'))).toEqual([
      expect.stringMatching(
        /^stable_folded: dep_\w+ is among its stable versions and has no record$/,
      ),
    ]);
  });

  test('are not newer than the last fence that was given', async () => {
    await world.completed('1.0.0');

    expect(await world.found(world.serviceAs({ fence: 0 }))).toEqual([
      'fence_rising: its last fence is 0: 1 was given',
    ]);
  });
});

describe('what is recorded of a target', () => {
  const recorded = async () => (await world.source.servicesNow([API])).services[0]!.targets;
  const shown = async (id: TargetId, change: object | null) => {
    const targets = new Map(await recorded());
    const status = targets.get(id) ?? UNTOUCHED;
    if (change === null) targets.delete(id);
    else targets.set(id, { ...status, ...change });
    return world.found(world.serviceAs({ targets }));
  };

  test('is what its events say', async () => {
    await world.completed('1.0.0');
    const id = await world.completed('2.0.0');

    expect((await recorded()).get(web(1))).toMatchObject({ version: ['2.0.0'], by: id });
    expect(await world.found()).toEqual([]);
    expect(await shown(web(1), { version: ['1.0.0'] })).toEqual([
      'targets_folded: what is recorded of web-1 is not what its events say: version.0 is "1.0.0", not "2.0.0"',
    ]);
    expect(await shown(web(2), { inRotation: [true, false] })).toEqual([
      'targets_folded: what is recorded of web-2 is not what its events say: inRotation.1 is false, not missing',
    ]);
    expect(await shown(web(2), null)).toEqual([
      'targets_folded: nothing is recorded of web-2, and events tell of it',
    ]);
    expect(await shown(web(9), {})).toEqual([
      'targets_folded: web-9 is recorded, and no event tells of it',
    ]);
    expect(await shown(web(1), { seen: { up: false } })).toEqual([]);
  });

  test('is told apart while a call is under way, and after it broke off', async () => {
    const { id } = await world.hand.create();
    const fence = await world.hand.begun(id);
    await world.hand.give(id, started(web(1), fence));
    expect(await world.found()).toEqual([]);

    await world.store.release(id, fence, null);
    await world.hand.give(id, { type: 'force_end', by: 'ann', reason: 'it hangs' });
    const next = await world.hand.create({ version: '2.0.0' });
    await world.hand.claimed(next.id);
    await world.hand.give(next.id, { type: 'deployment.call_settled', target: web(1) });
    expect((await recorded()).get(web(1))).toMatchObject({ version: ['?', '1.0.0'], call: null });
    expect(await world.found()).toEqual([]);
  });

  test('tells what the router said, and where the traffic went', async () => {
    const { id } = await world.hand.create({ router: true });
    const fence = await world.hand.begun(id);
    await world.hand.give(id, {
      type: 'deployment.router_seen',
      targets: { 'web-2': { inRotation: false, share: 0, heldOut: 'maintenance' } },
    });
    await world.hand.give(id, { type: 'deployment.target_draining', target: web(1) }, fence);
    const shares = { 'web-2': 1 };
    await world.hand.give(id, {
      ...{ type: 'deployment.shift_started', step: 0, before: {}, shares },
    });

    const targets = await recorded();
    expect(targets.get(web(1))).toMatchObject({ inRotation: [true, false], weight: [null, 0] });
    expect(targets.get(web(2))).toMatchObject({ heldOut: 'maintenance', weight: [0, 1] });
    expect(await world.found()).toEqual([]);
  });

  test('is a person’s word where one has said what runs there, until it is sure again', async () => {
    await world.completed('1.0.0');
    const { sequence } = await world.source.frame();
    const stated = { version: ['3.0.0'], stated: sequence };

    expect(await shown(web(1), stated)).toEqual([]);
    expect(await shown(web(9), stated)).toEqual([]);
    await world.completed('2.0.0');
    expect(await shown(web(1), stated)).toEqual([
      'targets_folded: what is recorded of web-1 is not what its events say: version.0 is "3.0.0", not "2.0.0"',
    ]);
    expect(await shown(web(1), { stated: sequence, bad: null })).toEqual([]);
  });

  test('is not judged where not all events are kept', async () => {
    await world.completed('1.0.0');
    emptied();

    expect(await shown(web(1), { version: ['9'] })).toEqual([]);
  });
});

test('what a place of the stable versions declares is what its deployment left', async () => {
  await world.completed('1.0.0');
  const { stable } = (await world.source.servicesNow([API])).services[0]!;
  const [top] = stable;
  const declared = { ...top!.declared, missed: [web(2)] };

  expect(await world.found(world.serviceAs({ stable: [{ ...top!, declared }] }))).toEqual([
    'stable_folded: what place 1 of its stable versions declares: missed.0 is "web-2", not missing',
  ]);
});
