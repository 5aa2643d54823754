import { describe, expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { aProbe, saw } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const retry = { type: 'retry', by: 'ann' } as const;

describe('what is as it should be already is not called, and the step goes on', () => {
  test('a target whose check found it bad and finds it well again, at a retry', async () => {
    let sick = false;
    const probe = aProbe(async ({ version, target }) =>
      saw(sick && version === '2.0.0' && target?.id === web(2) ? 'unhealthy' : 'healthy'),
    );
    const fixture = {
      targets: ['web-1', 'web-2', 'web-3'],
      strategy: { kind: 'rolling', maxUnavailable: 1 },
    } as const;
    const world = aWorld({ probes: [probe], fixture });
    await world.live('1.0.0');
    sick = true;
    const { id } = await world.planned({ version: '2.0.0', policy: { onFailure: 'hold' } });
    expect((await world.finish(id)).state.status).toBe('failed');
    expect((await world.index.targetStatuses(API)).get(web(2))?.bad).toBe('2.0.0');
    sick = false;
    world.driver.calls.length = 0;

    await world.order(id, retry);
    const ended = await world.finish(id);

    expect(ended.state.status).toBe('completed');
    expect(await world.eventsOf(id)).toContain('deployment.target_recovered');
    expect(world.driver.calls.map(({ target }) => target.id)).toEqual(['web-3']);
    expect(ended.targets.get(web(2))).toMatchObject({
      ...{ state: 'updated', version: '2.0.0', evidence: { unchanged: true } },
    });
    expect((await world.index.targetStatuses(API)).get(web(2))?.bad).toBeNull();
  });

  test('a target that was taken away before, at a step that takes it away', async () => {
    const world = aWorld({
      runtime: { router: new MemoryRouter() },
      fixture: { targets: ['web-1', 'web-2'], removes: true },
    });
    world.driver.removes = true;
    const strategy = {
      kind: 'steps',
      partial: true,
      steps: [
        { kind: 'deploy', targets: [web(1)] },
        { kind: 'shift', percent: 100 },
        { kind: 'retire', targets: [web(2)] },
      ],
    } as const;
    await world.live('1.0.0');
    expect((await world.live('2.0.0', { strategy })).targets.get(web(2))?.state).toBe('retired');
    world.driver.calls.length = 0;

    const ended = await world.live('3.0.0', { strategy });

    expect(ended.state.status).toBe('completed');
    expect(world.driver.calls.map(({ target }) => target.id)).toEqual(['web-1']);
    expect(ended.targets.get(web(2))).toMatchObject({
      ...{ state: 'retired', evidence: { unchanged: true } },
    });
  });
});
