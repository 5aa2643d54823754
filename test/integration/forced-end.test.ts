import { describe, expect, vi } from 'vitest';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import { API, web } from '../support/fixtures.js';
import { hangingService, type HangingService } from '../support/hanging-service.js';
import { testsInTurn } from '../support/some-of.js';

/** The call it stands at never ends by itself: that the order is answered says that nobody waits for it. */
async function endByForce(
  world: HangingService,
  id: DeploymentId,
  active: object | null = null,
): Promise<void> {
  const { code, out } = await world.signalbox('abort', id, '--force', '--reason', 'it hangs');
  expect(out).toContain(`${id} failed: ended by force by ann: it hangs; `);
  expect(code).toBe(0);
  expect((await world.store.load(id))?.state.status).toBe('failed');
  expect((await world.index.slot(API)).holder).not.toBe(id);
  // Of a service on which nothing was ever good, nothing is active.
  const now = await world.index.active(API);
  if (active === null) expect(now).toBeNull();
  else expect(now).toMatchObject(active);
}

/** The next deployment takes the service over, and nothing in Redis disagrees with anything. */
async function goesOn(world: HangingService, next: DeploymentId): Promise<void> {
  const { state } = await world.until(next, ({ endedAt }) => endedAt !== null);
  expect(state).toEqual({ status: 'completed' });
  expect(await world.index.active(API)).toMatchObject({ version: '3.0.0', deploymentId: next });
  const { code, out } = await world.signalbox('doctor', '--audit');
  expect(out).toContain('every guarantee holds');
  expect(code).toBe(0);
}

const inTurn = testsInTurn(4, 2, Date.now());

describe('a deployment whose driver hangs, ended by force from the command line', () => {
  inTurn(
    'ends at once; its worker kills the command, and the next in line goes through',
    async () => {
      const world = await hangingService();
      await world.startWorker();
      const id = await world.deploy('2.0.0');
      const command = await world.hung();
      const next = await world.deploy('3.0.0');
      await vi.waitFor(async () => expect((await world.index.slot(API)).waiting).toEqual([next]), {
        timeout: 20_000,
      });

      await endByForce(world, id);

      await world.gone(command);
      await goesOn(world, next);
      expect((await world.index.events(id)).at(-1)).toMatchObject({
        actor: 'ann',
        event: { type: 'deployment.failed', forced: true, stoppedAt: 0 },
      });
    },
  );

  inTurn('ends in the middle of a rollback, too', async () => {
    const world = await hangingService();
    await world.startWorker();
    const first = await world.deploy('1.0.0');
    await world.until(first, ({ state }) => state.status === 'completed');
    const id = await world.deploy('2.1.0');
    const command = await world.hung();
    await world.until(id, ({ state }) => state.status === 'rolling_back');

    await endByForce(world, id, { version: null, deploymentId: id });

    const ended = await world.store.load(id);
    expect(ended?.state).not.toHaveProperty('stoppedAt');
    expect(ended?.targets.get(web(2))).toMatchObject({ state: 'restoring', version: null });

    await world.gone(command);
    await goesOn(world, await world.deploy('3.0.0'));
  });

  inTurn(
    'ends while no worker is alive, and the next worker begins with what comes next',
    async () => {
      const world = await hangingService();
      const { child } = await world.startWorker();
      const id = await world.deploy('2.0.0');
      const command = await world.hung();
      await world.kill9(child);

      await endByForce(world, id);

      const ended = await world.store.load(id);
      expect(ended?.targets.get(web(1))).toMatchObject({ state: 'started', version: null });

      const next = await world.deploy('3.0.0');
      await world.startWorker();
      await goesOn(world, next);
      await world.gone(command);
    },
  );

  inTurn(
    'stays ended when its worker was frozen and wakes after the next has gone through',
    async () => {
      const world = await hangingService();
      const { child, said } = await world.startWorker();
      const id = await world.deploy('2.0.0');
      const command = await world.hung();
      child.kill('SIGSTOP');

      await endByForce(world, id);

      const next = await world.deploy('3.0.0');
      await world.startWorker();
      await goesOn(world, next);
      await world.gone(command);
      const left = await world.index.events(id);
      said.out = '';
      child.kill('SIGCONT');
      await vi.waitFor(() => expect(said.out).toContain(id), { timeout: 30_000 });
      expect(await world.index.events(id)).toEqual(left);
      await goesOn(world, next);
    },
  );
});
