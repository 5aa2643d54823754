import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MemoryRouter } from '../../src/adapters/memory/memory-router.js';
import type { DrainCount } from '../../src/domain/model/target.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import { CliWorld } from './cli-world.js';

const LEFT: DrainCount = { left: 3, of: 'requests' };

/** Version 1.0.0 on one target; its drain for 2.0.0 goes on until it is given up. */
let world: CliWorld;
let giveUp: (value: DrainCount) => void = () => {};
beforeEach(async () => {
  const drains: boolean[] = [];
  world = new CliWorld();
  world.targets = ['web-1'];
  world.router = new MemoryRouter({
    timeoutMs: 30_000,
    whenIdle: async (_, __, tell) => {
      drains.push(true);
      if (drains.length === 1) return undefined;
      const telling = setInterval(() => tell(LEFT), 20);
      return new Promise<DrainCount>((resolve) => (giveUp = resolve)).finally(() =>
        clearInterval(telling),
      );
    },
  });
  await world.run(['deploy', 'api', '1.0.0', '--wait']);
  await world.run(['deploy', 'api', '2.0.0']);
});
afterEach(() => {
  giveUp(LEFT);
  world.worker.stop();
});

it('a drain is told while it goes on, and how many requests were cut once it was given up', async () => {
  const id = [...world.state.deployments.keys()].at(-1) ?? '';
  await vi.waitFor(
    async () =>
      expect((await world.run(['show', id])).out).toMatch(
        /executing +draining web-1: 3 requests left, at most 2\d s more/,
      ),
    10_000,
  );
  const line = /^waits for +draining web-1: 3 requests left, at most (29|28|27) s more$/m;
  expect((await world.run(['explain', id])).out).toMatch(line);
  expect((await world.run(['show', id])).out).toMatch(line);
  const shown = JSON.parse((await world.run(['show', id, '--json'])).out);
  expect(shown).toMatchObject({
    targets: [{ id: 'web-1', drain: { left: 3, of: 'requests', counted: true } }],
  });
  const explained = JSON.parse((await world.run(['explain', id, '--json'])).out);
  expect(explained).toMatchObject({ drains: [{ target: 'web-1', left: 3 }], drainsGivenUp: [] });

  giveUp(LEFT);
  await vi.waitFor(async () =>
    expect((await world.store.load(deploymentId(id)))?.state.status).toBe('completed'),
  );

  const cut = 'web-1: drain given up: 3 requests cut';
  const after = await world.run(['explain', id]);
  expect(after.out).toContain(`\ncut       ${cut}\n`);
  expect(after.out).not.toContain('waits for');
  const then = await world.run(['show', id]);
  expect(then.out).toContain(cut);
  expect(then.out).not.toContain('waits for');
});
