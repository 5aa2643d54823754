import { expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { aProbe, saw } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

test('a check that ends the deployment gives nothing back to the router, as the record says', async () => {
  const router = new MemoryRouter();
  const bad = aProbe(async ({ version, target }) =>
    saw(version === '2.0.0' && target?.id === web(1) ? 'unhealthy' : 'healthy'),
  );
  const world = aWorld({ probes: [bad], runtime: { router } });
  const strategy = { kind: 'rolling', batchSize: '100%' } as const;
  await world.live('1.0.0', { strategy });
  const { id } = await world.planned({ version: '2.0.0', strategy });

  await world.orchestrator.advance('execute', id);

  const { state, targets } = await world.load(id);
  expect(state.status).toBe('rolling_back');
  expect(targets.get(web(2))).toMatchObject({ state: 'updated' });
  expect((await world.index.targetStatuses(API)).get(web(2))?.inRotation).toEqual([false]);
  expect([...router.drained(API)]).toContain(web(2));
});
