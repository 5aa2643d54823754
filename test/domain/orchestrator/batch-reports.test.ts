import { describe, expect, test } from 'vitest';
import { broken, fine } from '../../support/fake-services.js';
import { web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const pair = {
  targets: ['web-1', 'web-2'],
  strategy: { kind: 'rolling', batchSize: 2 },
} as const;

describe('the targets of one batch', () => {
  test('are each reported when they are done, not when the slowest is', async () => {
    const world = aWorld({ fixture: pair });
    const { id } = await world.planned();
    const seen: unknown[] = [];
    world.driver.onApply = async ({ target }) => {
      if (target.id === 'web-1') return fine;
      await world.clock.sleep(500);
      seen.push((await world.load(id)).targets.get(web(1))?.state);
      return fine;
    };
    await world.orchestrator.advance('execute', id);

    expect(seen).toEqual(['updated']);
  });

  test('are each reported when they have the previous version back', async () => {
    const world = aWorld({ fixture: pair });
    await world.live('1.0.0');
    const { id } = await world.live('2.0.0');
    const seen: unknown[] = [];
    world.driver.onApply = async ({ target }) => {
      if (target.id === 'web-2') return fine;
      await world.clock.sleep(500);
      seen.push((await world.load(id)).targets.get(web(2))?.state);
      return fine;
    };
    await world.orchestrator.rollbackDeployment(id, 'slow');

    expect(seen).toEqual(['restored']);
  });

  test('past the tolerance do not wait for the next try of one of them', async () => {
    const world = aWorld({ fixture: pair });
    world.driver.onApply = async ({ target }) => {
      if (target.id === 'web-1') await world.clock.sleep(500);
      return target.id === 'web-1' ? broken('dead') : broken('flaked', true);
    };
    const { id } = await world.planned();

    expect((await world.orchestrator.advance('execute', id)).kind).toBe('settled');
    expect(await world.statusOf(id)).toBe('rolling_back');
  });
});
