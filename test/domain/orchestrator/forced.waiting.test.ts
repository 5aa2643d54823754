import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import type { PlanCommand } from '../../../src/domain/plan/machine/plan-command.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { API, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const FORCE: PlanCommand = { type: 'force_end', by: 'ann', reason: 'it hangs' };

describe('a deployment that no worker is at', () => {
  const GATED: StrategySpec = {
    kind: 'steps',
    steps: [
      { kind: 'deploy', targets: [web(1)] },
      { kind: 'gate', name: 'qa' },
      { kind: 'deploy', targets: [web(2)] },
    ],
  };
  const BAKING: StrategySpec = { kind: 'rolling', batchSize: 1, delay: 60_000 };

  test.each([
    ['at a gate', GATED, 'executing'],
    ['in a bake', BAKING, 'executing'],
  ] as const)('is ended %s', async (_, strategy, status) => {
    const world = aWorld({ fixture: { targets: ['web-1', 'web-2'], strategy } });
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);
    expect(await world.statusOf(id)).toBe(status);

    await world.order(id, FORCE);

    expect((await world.load(id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('1.0.0 on web-1, 1 not touched'),
    });
    expect((await world.index.slot(API)).holder).toBeNull();
  });

  test('is ended paused, verifying, in line and as a draft, and frees its place', async () => {
    const world = aWorld();
    const paused = await world.planned();
    await world.orchestrator.advance('execute', paused.id);
    expect(await world.statusOf(paused.id)).toBe('verifying');
    await world.order(paused.id, { type: 'pause', reason: 'lunch' });
    const waiting = await world.planned();
    await world.orchestrator.advance('execute', waiting.id);
    const draft = await world.planned({ approve: false });

    for (const { id } of [waiting, draft]) await world.order(id, FORCE);
    expect(await world.statusOf(waiting.id)).toBe('cancelled');
    expect(await world.statusOf(draft.id)).toBe('cancelled');
    expect(await world.index.slot(API)).toMatchObject({ holder: paused.id, waiting: [] });

    await world.order(paused.id, FORCE);
    expect(await world.statusOf(paused.id)).toBe('failed');
    const verifying = await world.planned();
    await world.orchestrator.advance('execute', verifying.id);
    await world.order(verifying.id, FORCE);
    expect(await world.statusOf(verifying.id)).toBe('failed');
    expect((await world.index.slot(API)).holder).toBeNull();
  });

  test('is ended too where its router refuses to give the traffic back', async () => {
    let refuses = false;
    const down = { code: 'router/unreachable', message: 'no answer', transient: true } as const;
    const router = new MemoryRouter({
      fault: ({ method }) => (refuses && method === 'setShares' ? down : null),
    });
    const stages = [{ targets: 50, weight: 50, gate: true }, 100] as const;
    const strategy = { kind: 'canary', traffic: true, stages: [...stages] } as const;
    const world = aWorld({ runtime: { router }, fixture: { targets: ['web-1', 'web-2'] } });
    await world.live('1.0.0');
    const { id } = await world.planned({ version: '2.0.0', strategy });
    await world.orchestrator.advance('execute', id);
    await world.order(id, { type: 'abort', reason: 'no' });
    refuses = true;
    expect((await world.orchestrator.advance('rollback', id)).kind).toBe('wait_until');

    await world.order(id, FORCE);

    expect((await world.load(id)).state).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('traffic where the router left it'),
    });
    expect((await world.index.targetStatuses(API)).get(web(1))?.weight).toEqual([0.5, 0]);
    expect((await world.index.slot(API)).holder).toBeNull();
  });
});
