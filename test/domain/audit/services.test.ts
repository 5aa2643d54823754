import { beforeEach, describe, expect, test } from 'vitest';
import { ServiceFold } from '../../../src/domain/audit/service-fold.js';
import { anId, API, v } from '../../support/fixtures.js';
import { AuditWorld } from './world.js';

let world: AuditWorld;
beforeEach(() => {
  world = new AuditWorld();
});

/** Nothing is left of the stream. */
const emptied = (): void => {
  world.tape.events.length = 0;
};

describe('what is active, and the stack under it', () => {
  const entry = { ...API, version: v('9'), deploymentId: anId(), since: 1 };

  test('follow from the endings', async () => {
    const [first, second] = [await world.completed('1.0.0'), await world.completed('2.0.0')];
    expect(await world.found()).toEqual([]);

    const { stack } = (await world.source.servicesNow([API])).services[0]!;
    expect(await world.found(world.serviceAs({ active: null }))).toEqual([
      `active_folded: active is nothing: the endings lead to 2.0.0 of ${second}`,
    ]);
    expect(await world.found(world.serviceAs({ stack: stack.slice(1) }))).toEqual([
      `active_folded: active is 2.0.0 of ${second}, on top of its stack 1.0.0 of ${first}`,
      `stack_folded: place 1 of its stack is 1.0.0 of ${first}: the endings lead to 2.0.0 of ${second}`,
    ]);
    expect(await world.found(world.serviceAs({ stack: stack.slice(0, 1) }))).toEqual([
      `stack_folded: place 2 of its stack is nothing: the endings lead to 1.0.0 of ${first}`,
    ]);
    expect(await world.found(world.serviceAs({ stack: [...stack, ...stack.slice(1)] }))).toEqual([
      `stack_folded: ${first} is on its stack twice`,
      `stack_folded: place 3 of its stack is 1.0.0 of ${first}: the endings lead to nothing`,
    ]);
  });

  test('agree with one another where the stream says nothing', async () => {
    await world.completed('1.0.0');
    emptied();

    expect(await world.found(world.serviceAs({ active: { ...entry, version: null } }))).toEqual([
      `active_folded: ${entry.deploymentId} is active and has no record`,
    ]);
    const found = await world.found(world.serviceAs({ active: null }));
    expect(found).toEqual([
      expect.stringMatching(/^active_folded: active is nothing, on top of its stack 1\.0\.0 of/),
    ]);
    expect(await world.found(world.serviceAs({ active: entry, stack: [] }))).toEqual([
      `active_folded: active is 9 of ${entry.deploymentId}, on top of its stack nothing`,
      `active_folded: ${entry.deploymentId} is active and has no record`,
    ]);
  });

  test('name deployments that have a record, as the slot and the line do', async () => {
    await world.completed('1.0.0');
    const nobody = anId();
    emptied();

    const found = await world.found(
      world.serviceAs({ holder: nobody, line: [nobody], stack: [entry], active: entry }),
    );
    expect(found).toEqual([
      `slot_held: ${nobody} holds its slot and has no record`,
      `slot_held: ${nobody} waits in its line and has no record`,
      `stack_folded: ${entry.deploymentId} is on its stack and has no record`,
      `active_folded: ${entry.deploymentId} is active and has no record`,
    ]);
  });

  test('are known no more after an ending whose deployment is gone', async () => {
    const id = await world.completed('1.0.0');
    await world.completed('2.0.0');
    world.state.deployments.delete(id);

    const found = await world.found();
    expect(found.filter((each) => !each.startsWith('counters'))).toEqual([
      expect.stringMatching(/^stack_folded: dep_\w+ is on its stack and has no record$/),
    ]);
  });

  test('are not newer than the last fence that was given', async () => {
    await world.completed('1.0.0');

    expect(await world.found(world.serviceAs({ fence: 0 }))).toEqual([
      'fence_rising: its last fence is 0: 1 was given',
    ]);
  });
});

describe('the fold of a service', () => {
  const good = (version: string) => ({
    ...API,
    version: v(version),
    deploymentId: anId(),
    since: 1,
  });

  test('takes back what was on top, and leaves the rest', () => {
    const fold = new ServiceFold(true);
    const [one, two] = [good('1'), good('2')];
    for (const active of [one, two])
      fold.ends(active.deploymentId, { kind: 'activate', active, good: active });

    fold.ends(anId(), { kind: 'restore' });
    expect(fold.active).toBe(two);
    fold.ends(two.deploymentId, { kind: 'restore' });
    expect(fold.active).toBe(one);
    expect(fold.stack).toEqual([one]);
    fold.ends(one.deploymentId, { kind: 'restore' });
    expect(fold.active).toBeNull();
  });

  test('does not know what lies under what it has seen, where it has not seen all', () => {
    const fold = new ServiceFold(false);
    expect(fold.active).toBeUndefined();
    const one = good('1');
    fold.ends(one.deploymentId, { kind: 'activate', active: one, good: one });
    fold.ends(one.deploymentId, { kind: 'restore' });

    expect(fold.active).toBeUndefined();
  });

  test('keeps what is unknown until something is there again', () => {
    const fold = new ServiceFold(true);
    const [one, two] = [good('1'), good('2')];
    fold.ends(one.deploymentId, { kind: 'activate', active: one, good: one });
    const unknown = { ...two, version: null };
    fold.ends(two.deploymentId, { kind: 'unknown', active: unknown });
    expect(fold.active).toBe(unknown);
    fold.ends(two.deploymentId, { kind: 'restore' });
    expect(fold.active).toBe(unknown);
    fold.ends(two.deploymentId, { kind: 'settle' });
    expect(fold.active).toBe(one);
  });

  test('takes the word of whoever comes last for it that nothing is amiss any more', () => {
    const fold = new ServiceFold(true);
    const [one, two, three] = [good('1'), good('2'), good('3')];
    fold.ends(one.deploymentId, { kind: 'activate', active: one, good: one });
    const unknown = { ...two, version: null };
    fold.ends(two.deploymentId, { kind: 'unknown', active: unknown });
    const doubt = { ...three, version: null };
    fold.ends(three.deploymentId, { kind: 'doubt', active: doubt });
    expect(fold.active).toBe(unknown);
    fold.ends(two.deploymentId, { kind: 'doubt', active: unknown });
    expect(fold.active).toBe(unknown);
    fold.ends(three.deploymentId, { kind: 'settle' });
    expect(fold.active).toBe(one);
    fold.ends(three.deploymentId, { kind: 'settle' });
    expect(fold.active).toBe(one);
  });

  test('has nothing to go back to where nothing was ever good', () => {
    const fold = new ServiceFold(true);
    const unknown = { ...good('1'), version: null };
    fold.ends(unknown.deploymentId, { kind: 'unknown', active: unknown });
    fold.ends(anId(), { kind: 'settle' });
    expect(fold.active).toBe(unknown);
  });
});
