import { describe, expect, test } from 'vitest';
import { MemoryRouter, type RouterRequest } from '../../../src/adapters/memory/memory-router.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import { Fenced } from '../../../src/domain/orchestrator/journal/fenced.js';
import type { PlanCommand } from '../../../src/domain/plan/machine/plan-command.js';
import { fine } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { aWorld, LEASE, type World, type WorldOptions } from './world.js';

const abort: PlanCommand = { type: 'abort', reason: 'no' };
const halt: PlanCommand = { type: 'halt', reason: 'leave it' };
const force: PlanCommand = { type: 'force_end', by: 'ann', reason: 'it hangs' };
const next = { version: '3.0.0' } as const;

/** Version 1.0.0 is live; the order is given in the midst of the first call of 2.0.0. */
async function orderedInMidCall(said: PlanCommand) {
  const world = aWorld();
  await world.live('1.0.0');
  const { id } = await world.planned({ version: '2.0.0' });
  let told = false;
  world.driver.onApply = async () => {
    if (told) return fine;
    told = true;
    expect(await world.order(id, said)).toBeNull();
    return fine;
  };
  const end: unknown = await world.orchestrator.advance('execute', id).catch((e: unknown) => e);
  return { world, id, end };
}

const knownOf = async ({ index }: World, n: number) =>
  (await index.targetStatuses(API)).get(web(n)) ?? expect.unreachable();

describe('the end of a call that comes behind an order', () => {
  test('to go back is a fact: it is written down, and what it did is taken back', async () => {
    const { world, id } = await orderedInMidCall(abort);

    expect((await world.load(id)).targets.get(web(1))?.state).toBe('updated');
    expect((await knownOf(world, 1)).call).toBeNull();
    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.driver.settled).toEqual([]);
    expect([...world.driver.runs.values()]).toEqual(['1.0.0', '1.0.0']);
  });

  test.each([
    ['to stop for good', halt],
    ['to end by force', force],
  ])('%s is refused: the call stays open, and the next deployment settles it', async (_, said) => {
    const { world, id, end } = await orderedInMidCall(said);

    if (said === force) expect(end).toBeInstanceOf(Fenced);
    const stopped = await world.load(id);
    expect(stopped.state.status).toBe('failed');
    expect(stopped.targets.get(web(1))).toMatchObject({ state: 'started', version: null });
    expect(await world.eventsOf(id)).not.toContain('deployment.target_updated');
    const { call, version } = await knownOf(world, 1);
    expect(call).toMatchObject({ deploymentId: id, action: 'deploy', version: '2.0.0' });
    expect(version).toEqual(['1.0.0', '?', '2.0.0']);

    world.clock.advance(LEASE);
    const { id: later } = await world.planned(next);
    expect((await world.finish(later)).state.status).toBe('completed');
    expect(world.driver.settled).toMatchObject([
      { deploymentId: id, action: 'deploy', version: '2.0.0', target: { id: 'web-1' } },
    ]);
    expect(await world.eventsOf(later)).toContain('deployment.call_settled');
    expect((await knownOf(world, 1)).version).toEqual(['3.0.0']);
  });

  test('of a way back that is stopped is refused as well, and settled as what it was', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const { id } = await world.live('2.0.0');
    await world.order(id, { type: 'rollback', reason: 'slow' });
    let told = false;
    world.driver.onApply = async () => {
      if (told) return fine;
      told = true;
      await world.order(id, halt);
      return fine;
    };
    await world.orchestrator.advance('rollback', id);

    expect((await world.load(id)).targets.get(web(2))?.state).toBe('restoring');
    world.clock.advance(LEASE);
    const { id: later } = await world.planned(next);
    expect((await world.finish(later)).state.status).toBe('completed');
    expect(world.driver.settled).toMatchObject([{ action: 'rollback', version: '1.0.0' }]);
  });
});

describe('what a router answers behind an order to stop for good', () => {
  /** The order is given in the midst of such a call of the second deployment. */
  async function orderedAt(method: RouterRequest['method'], more: WorldOptions['fixture'] = {}) {
    let id: DeploymentId | null = null;
    const router = new MemoryRouter({
      fault: async (asked) => {
        if (asked.method === method && id !== null) {
          const which = id;
          id = null;
          await world.order(which, halt);
        }
        return null;
      },
    });
    const fixture = { targets: ['web-1', 'web-2'], ...more };
    const world = aWorld({ runtime: { router }, fixture });
    await world.live('1.0.0', { strategy: { kind: 'rolling' } });
    const second = await world.planned({ version: '2.0.0' });
    id = second.id;
    await world.orchestrator.advance('execute', second.id);
    expect(await world.statusOf(second.id)).toBe('failed');
    world.clock.advance(LEASE);
    return { world, router, id: second.id };
  }

  test('to a drain leaves open whether it is drained; the next one looks', async () => {
    const { world, router } = await orderedAt('drain');

    expect(await knownOf(world, 1)).toMatchObject({ inRotation: [true, false], call: null });
    expect([...router.drained(API)]).toEqual(['web-1']);
    expect((await world.finish((await world.planned(next)).id)).state.status).toBe('completed');
    expect(router.drained(API).size).toBe(0);
    expect(await knownOf(world, 1)).toMatchObject({ inRotation: [true], heldOut: null });
  });

  test('to an admission leaves open whether it serves', async () => {
    const { world, router } = await orderedAt('ready');

    expect((await knownOf(world, 1)).inRotation).toEqual([false, true]);
    expect((await world.finish((await world.planned(next)).id)).state.status).toBe('completed');
    expect(router.drained(API).size).toBe(0);
  });

  test('to a shift leaves open what shares there are', async () => {
    const strategy = { kind: 'canary', traffic: true, stages: [50, 100] } as const;
    const { world } = await orderedAt('setShares', { strategy });

    expect((await knownOf(world, 1)).weight).toEqual([0.5, 0]);
    const ended = await world.finish((await world.planned(next)).id);
    expect(ended.state.status).toBe('completed');
    expect((await knownOf(world, 1)).weight).toEqual([0.5]);
  });
});
