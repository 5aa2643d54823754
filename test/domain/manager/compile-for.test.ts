import { expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { compileFor } from '../../../src/domain/manager/compile-for.js';
import { aPlanInput, API, web } from '../../support/fixtures.js';
import { aWorld } from '../orchestrator/world.js';

test('a plan takes the colour for the idle one that is to have no traffic, whatever a failed deployment left', async () => {
  const fixture = { targets: ['web-1', 'web-2', 'web-3'], coloured: true, router: true } as const;
  const world = aWorld({ runtime: { router: new MemoryRouter() }, fixture });
  await world.live('1.0.0');
  await world.live('2.0.0', { strategy: { kind: 'blue_green' } });
  const live = new Set(
    [...world.driver.runs].filter(([, version]) => version === '2.0.0').map(([id]) => id),
  );
  const held = await world.planned({
    version: '2.1.0',
    strategy: {
      ...{ kind: 'steps', partial: true },
      steps: [
        { kind: 'deploy', targets: [web(1), web(3)] },
        { kind: 'shift', percent: 100 },
        { kind: 'gate', name: 'look', timeout: 5_000 },
      ],
    },
    policy: { onFailure: 'hold' },
  });
  expect((await world.finish(held.id)).state.status).toBe('failed');

  const input = aPlanInput({ ...fixture, version: '3.0.0', strategy: { kind: 'blue_green' } });
  const plan = await compileFor(world, API, input);

  const deploys = plan.ok ? plan.value.steps.filter((step) => step.kind === 'deploy') : [];
  expect(live).toEqual(new Set(['web-2']));
  expect(deploys.flatMap(({ targets }) => targets)).toEqual(['web-1', 'web-3']);
});
