import { stepEnd } from '../../src/domain/plan/conclusions/step-end.js';
import { wayBackEnd } from '../../src/domain/plan/conclusions/way-back-end.js';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/domain/audit/audit.js';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import { settle, type Settlement } from '../../src/domain/repair/settle.js';
import { ANYTHING } from '../../src/domain/model/target-status.js';
import { API, v, web } from '../support/fixtures.js';
import { started, updated } from '../support/store-hand.js';
import { repairWorld, type RepairWorld } from './repair-world.js';

const NOTE = { by: 'ada', reason: 'put back by hand' };

/** A deployment of `api` whose rollback could not restore one of its two targets. */
async function left(world: RepairWorld): Promise<DeploymentId> {
  const { hand, waiting } = world;
  const fence = await hand.begun(waiting);
  for (const target of [web(1), web(2)]) {
    await hand.give(waiting, started(target, fence));
    await hand.give(waiting, updated(target));
    if (target === web(1)) await hand.give(waiting, stepEnd(0));
  }
  await hand.give(waiting, { type: 'rollback', reason: 'slow' });
  const version = v('2.0.0');
  for (const target of [web(1), web(2)]) {
    const call = { target, version, fence, worker: 'w1' };
    await hand.give(waiting, { type: 'deployment.target_restoring', ...call });
    await hand.give(
      waiting,
      target === web(1)
        ? { type: 'deployment.target_restored', target, version, evidence: {} }
        : { type: 'deployment.target_restore_failed', target, error: 'no disk', evidence: null },
    );
  }
  await hand.give(waiting, wayBackEnd(null), fence);
  return waiting;
}

async function said(world: RepairWorld, target = web(2), version: string | null = '2.0.0') {
  const statement = { service: API, target, version: version === null ? null : v(version) };
  return settle(await world.repairs.standing(API), statement, NOTE, 9_000);
}

async function settlement(...args: Parameters<typeof said>): Promise<Settlement> {
  const answer = await said(...args);
  if (!answer.ok) throw new Error(answer.error);
  return answer.value;
}

describe('a person who says what runs on a target', () => {
  test('makes the good version active again, once it is on every target', async () => {
    const world = await repairWorld();
    const id = await left(world);
    expect(await world.hand.index.active(API)).toMatchObject({ version: null, deploymentId: id });

    const settled = await settlement(world);
    expect(settled.follows).toBe(`2.0.0 of ${world.better} is on every target, and active again`);
    expect(await world.repairs.settle(settled, NOTE)).toBe('done');

    expect(await world.hand.index.active(API)).toMatchObject({
      ...{ version: '2.0.0', deploymentId: world.better },
    });
    const deployment = await world.store.load(id);
    expect(deployment?.state).toEqual({
      ...{ status: 'rolled_back', reason: 'settled by hand: put back by hand' },
    });
    expect(deployment?.targets.get(web(2))).toMatchObject({ state: 'restored', version: '2.0.0' });
    const known = await world.hand.index.targetStatuses(API);
    expect(known.get(web(2))).toMatchObject({ version: ['2.0.0'], call: null });
    const events = (await world.hand.index.events(id)).slice(-4);
    expect(events.map(({ event, actor }) => `${event.type} by ${actor}`)).toEqual([
      'deployment.rollback_started by ada',
      'deployment.target_restoring by ada',
      'deployment.target_restored by ada',
      'deployment.rolled_back by ada',
    ]);
    expect((await audit(world.source)).findings).toEqual([]);
    const [entry] = await world.repairs.log(1);
    expect(entry).toMatchObject({
      ...NOTE,
      before: { version: null },
      after: { version: '2.0.0' },
    });
  });

  test('settles nothing twice', async () => {
    const world = await repairWorld();
    await left(world);
    const settled = await settlement(world);
    await world.repairs.settle(settled, NOTE);
    const after = await world.dump();

    expect(await world.repairs.settle(settled, NOTE)).toBe('changed');
    expect(await world.dump()).toBe(after);
  });

  test('is not heard where another statement came first', async () => {
    const world = await repairWorld();
    await left(world);
    const first = await settlement(world, web(1), null);
    const second = await settlement(world, web(1));
    const completing = await settlement(world, web(2));
    expect(completing.transition).not.toBeNull();
    const { revision } = await world.store.service(API);
    expect(await world.repairs.settle(first, NOTE)).toBe('done');
    expect((await world.store.service(API)).revision).toBe(revision + 1);
    const after = await world.dump();

    expect(await world.repairs.settle(second, NOTE)).toBe('changed');
    expect(await world.repairs.settle(completing, NOTE)).toBe('changed');

    expect(await world.dump()).toBe(after);
  });

  test('is believed of one target, while another is not known to run it', async () => {
    const world = await repairWorld();
    await left(world);

    const doubt = await settlement(world, web(1), null);
    expect(await world.repairs.settle(doubt, NOTE)).toBe('done');
    const one = await settlement(world, web(2));
    expect(one.follows).toBe('its version stays unknown: 2.0.0 is not known to be on web-1');
    expect(await world.repairs.settle(one, NOTE)).toBe('done');

    expect(await world.hand.index.active(API)).toMatchObject({ version: null });
    const known = await world.hand.index.targetStatuses(API);
    expect(known.get(web(1))).toMatchObject({ version: [ANYTHING, null] });
    expect(known.get(web(2))).toMatchObject({ version: ['2.0.0'] });
    expect((await audit(world.source)).findings).toEqual([]);
    const last = await settlement(world, web(1));
    expect(await world.repairs.settle(last, NOTE)).toBe('done');
    expect(await world.hand.index.active(API)).toMatchObject({ version: '2.0.0' });
    expect((await audit(world.source)).findings).toEqual([]);
  });

  test('is not asked of a service whose slot somebody holds, nor heard if somebody takes it meanwhile', async () => {
    const world = await repairWorld();
    await left(world);
    const settled = await settlement(world);
    const { id } = await world.hand.create({ version: '4.0.0' });
    const note = await settlement(world, web(1), null);
    await world.hand.claimed(id);
    const before = await world.dump();

    expect(await said(world)).toEqual({
      ...{ ok: false, error: `production/api: ${id} holds its slot; settle it afterwards` },
    });
    expect(await world.repairs.settle(settled, NOTE)).toBe('busy');
    expect(await world.repairs.settle(note, NOTE)).toBe('busy');
    expect(await world.dump()).toBe(before);
  });

  test('takes the place of a status that cannot be read', async () => {
    const world = await repairWorld();
    await world.client.hset(world.api.targets, 'web-1', '{"version":');
    expect((await audit(world.source)).findings).toMatchObject([{ invariant: 'targets_folded' }]);
    await expect(world.store.service(API)).rejects.toThrow(SyntaxError);

    const settled = await settlement(world, web(1));
    expect(await world.repairs.settle(settled, NOTE)).toBe('done');

    expect((await audit(world.source)).findings).toEqual([]);
    expect((await world.hand.claimed(world.waiting)).service.targets.get(web(1))).toMatchObject({
      ...{ version: ['2.0.0'], call: null },
    });
  });

  test('makes a version active that a repair called unknown', async () => {
    const world = await repairWorld();
    const { client, keys, better } = world;
    await world.hand.give(world.waiting, { type: 'cancel', reason: 'not needed' });
    await client.xtrim(keys.events, 'MAXLEN', 0);
    const unknown = { ...API, version: null, deploymentId: better, since: 1 };
    await client.hset(keys.active, 'production/api', JSON.stringify(unknown));

    const settled = await settlement(world, web(1));
    expect(await world.repairs.settle(settled, NOTE)).toBe('done');

    expect(await world.hand.index.active(API)).toMatchObject({ version: '2.0.0' });
    expect((await audit(world.source)).findings).toEqual([]);
  });
});
