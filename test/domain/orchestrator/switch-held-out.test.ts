import { expect, test } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { API, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

/** web-1 is blue and live, web-2 green. */
async function blueLive() {
  const router = new MemoryRouter();
  const fixture = { coloured: true, strategy: { kind: 'blue_green' } } as const;
  const world = aWorld({ runtime: { router }, fixture });
  await world.live('1.0.0');
  const shareOf = async (n: number) =>
    (await world.index.targetStatuses(API)).get(web(n))?.weight ?? null;
  return { world, router, shareOf };
}

test('a switch to a colour in maintenance is not done: it waits, says why, and goes on once it is back', async () => {
  const { world, router, shareOf } = await blueLive();
  router.maintain(API, web(2));
  const { id } = await world.planned({ version: '2.0.0' });

  expect(await world.orchestrator.advance('execute', id)).toMatchObject({ kind: 'wait_until' });

  const { state, progress } = await world.load(id);
  expect(state.status).toBe('executing');
  expect(progress.hold).toMatchObject({
    kind: 'capacity',
    reason: 'the traffic stays where it is: too few of the targets that are to have it serve',
  });
  expect(await shareOf(1)).toEqual([1]);

  router.unmaintain(API, web(2));
  expect((await world.finish(id)).state.status).toBe('completed');
  expect([await shareOf(1), await shareOf(2)]).toEqual([[0], [1]]);
});

test('a way back to a colour in maintenance waits in the same way', async () => {
  const { world, router, shareOf } = await blueLive();
  const { id } = await world.live('2.0.0');
  router.maintain(API, web(1));
  await world.order(id, { type: 'rollback', reason: 'slow' });

  expect(await world.orchestrator.advance('rollback', id)).toMatchObject({ kind: 'wait_until' });

  expect((await world.load(id)).state.status).toBe('rolling_back');
  expect(await shareOf(2)).toEqual([1]);
  router.unmaintain(API, web(1));
  expect((await world.finish(id)).state.status).toBe('rolled_back');
  expect([await shareOf(1), await shareOf(2)]).toEqual([[1], [0]]);
});
