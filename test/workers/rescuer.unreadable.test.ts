import { describe, expect, test, vi } from 'vitest';
import { serviceName } from '../../src/domain/model/ids.js';
import type { WorkOwed } from '../../src/domain/model/deployment/work-owed.js';
import { rescueRound } from '../../src/workers/coordinating/rescuer.js';
import { aWorld } from '../domain/orchestrator/world.js';
import { API } from '../support/fixtures.js';

describe('a round of the rescuer', () => {
  test('looks after the others where one can not be read', async () => {
    const world = aWorld();
    const broken = await world.planned();
    const next = await world.planned({ ref: { ...API, service: serviceName('web') } });
    world.clock.advance(10_000);
    const published: WorkOwed[] = [];
    const load = world.truth.load.bind(world.truth);
    vi.spyOn(world.truth, 'load').mockImplementation(async (id) => {
      if (id === broken.id) throw new SyntaxError('not JSON');
      return load(id);
    });

    await rescueRound(
      {
        ...world.ports,
        publish: async (work) => void published.push(work),
        jobState: async () => 'gone',
      },
      new AbortController().signal,
    );

    expect(published.map(({ deploymentId }) => deploymentId)).toEqual([next.id]);
    expect(await world.truth.overdue(9)).toEqual([]);
    world.clock.advance(10_000);
    expect(await world.truth.overdue(9)).toContain(broken.id);
  });
});
