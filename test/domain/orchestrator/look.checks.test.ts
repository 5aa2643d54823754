import { describe, expect, test } from 'vitest';
import { aProbe, fine, saw } from '../../support/fake-services.js';
import { web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const careful = {
  targets: ['web-1', 'web-2', 'web-3'],
  strategy: { kind: 'rolling', maxUnavailable: 1 },
} as const;

describe('where there is no router, the checks say what serves', () => {
  function checked(sick: ReadonlySet<string>, asked: string[] = []) {
    const probe = aProbe(async ({ target }) => {
      asked.push(String(target?.id));
      return saw(sick.has(String(target?.id)) ? 'unhealthy' : 'healthy');
    });
    return aWorld({ probes: [probe], fixture: careful });
  }

  test('what does not serve is deployed first', async () => {
    const sick = new Set<string>();
    const world = checked(sick);
    await world.live('1.0.0');
    sick.add('web-3');
    world.driver.onApply = ({ target }) => {
      sick.delete(target.id);
      return fine;
    };
    world.driver.calls.length = 0;
    const { id } = await world.planned({ version: '2.0.0' });

    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.driver.calls.map(({ target }) => target.id)).toEqual(['web-3', 'web-1', 'web-2']);
  });

  test('below the floor nothing that serves is taken, and it waits', async () => {
    const sick = new Set<string>();
    const world = checked(sick);
    await world.live('1.0.0');
    const { id } = await world.planned({
      version: '2.0.0',
      strategy: {
        ...{ kind: 'steps', maxUnavailable: 1 },
        steps: [1, 2, 3].map((n) => ({ kind: 'deploy', targets: [web(n)] })),
      },
    });
    sick.add('web-3');

    expect((await world.orchestrator.advance('execute', id)).kind).toBe('wait_until');
    expect((await world.load(id)).progress.hold?.kind).toBe('capacity');
    expect(world.driver.runs.get('web-1')).toBe('1.0.0');
    sick.clear();
    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('what a check could not judge is not taken back where too few others serve', async () => {
    const health = new Map<string, 'healthy' | 'unhealthy' | 'unknown'>();
    const probe = aProbe(async ({ target }) => saw(health.get(String(target?.id)) ?? 'healthy'));
    const world = aWorld({ probes: [probe], fixture: careful });
    await world.live('1.0.0');
    world.driver.onApply = ({ target }) => {
      health.set(target.id, 'unknown').set('web-3', 'unhealthy');
      return fine;
    };
    const { id } = await world.planned({
      version: '2.0.0',
      strategy: {
        ...{ kind: 'steps', maxUnavailable: 1, partial: true },
        steps: [{ kind: 'deploy', targets: [web(1)] }, { kind: 'check' }],
      },
    });

    await world.orchestrator.advance('execute', id);
    expect((await world.orchestrator.advance('rollback', id)).kind).toBe('wait_until');
    expect(world.driver.runs.get('web-1')).toBe('2.0.0');
    health.delete('web-3');
    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.driver.runs.get('web-1')).toBe('1.0.0');
  });

  test('and nobody is asked where no floor is set', async () => {
    const asked: string[] = [];
    const world = checked(new Set(), asked);
    await world.live('1.0.0');
    asked.length = 0;
    const { id } = await world.planned({
      ...{ version: '2.0.0', strategy: { kind: 'rolling', batchSize: '100%' } },
    });
    await world.orchestrator.advance('execute', id);

    // Each is checked once after its deploy.
    expect(asked.toSorted()).toEqual(['web-1', 'web-2', 'web-3']);
  });
});
