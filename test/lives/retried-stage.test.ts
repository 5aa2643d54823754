import { expect, it } from 'vitest';
import { aScene, faultsIn, placesOf } from './scene.js';

it('a retry behind a shift gives the traffic its shares again where the router has started anew since', async () => {
  const scene = await aScene(2);
  const steps = [
    { kind: 'deploy', targets: 'all' },
    { kind: 'shift', to: ['web-2'], percent: 100 },
    { kind: 'gate', name: 'go' },
  ] as const;
  const planned = await scene.deploy('2.0.0', { kind: 'steps', partial: true, steps } as never);
  await scene.order(planned, { type: 'force_end', by: 'ann', reason: 'later' });
  scene.places.move({ kind: 'forget' });

  await scene.order(planned, { type: 'retry', by: 'ann' });
  await scene.run();
  await scene.order(planned, { type: 'promote', by: 'ann', all: true });
  await scene.run();

  expect(scene.reload(planned.id).state.status).toBe('completed');
  expect(faultsIn(scene)).toEqual([]);
  expect(placesOf(scene)).toEqual([
    { version: '2.0.0', share: 0, serves: false },
    { version: '2.0.0', share: 100, serves: true },
  ]);
});
