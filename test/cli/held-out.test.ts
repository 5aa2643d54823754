import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryRouter } from '../../src/adapters/memory/memory-router.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import { API, web } from '../support/fixtures.js';
import { CliWorld } from './cli-world.js';

const OUT = 'web-2 is held out of the router by somebody else';

/** Version 1.0.0 on both targets; then a person takes web-2 out, and 2.0.0 finds that. */
let world: CliWorld;
let router: MemoryRouter;
beforeEach(async () => {
  world = new CliWorld();
  router = new MemoryRouter();
  world.router = router;
  await world.run(['deploy', 'api', '1.0.0', '--wait']);
  router.maintain(API, web(2));
  await world.run(['deploy', 'api', '2.0.0', '--wait']);
});
afterEach(() => {
  world.worker.stop();
});

const newest = (): string => [...world.state.deployments.keys()].at(-1) ?? '';

describe('a target that somebody else holds out of the router', () => {
  it('is named by plan, explain and the timeline, with what it gets', async () => {
    const planned = await world.run(['plan', 'api', '2.1.0']);
    expect(planned.out).toContain('\nthe memory router says what serves\n');
    expect(planned.out).toContain(`\n${OUT}: it gets the version and no traffic\n`);

    const explained = await world.run(['explain', newest()]);
    expect(explained.out).toContain(`\nheld out  ${OUT}: it gets the version and no traffic\n`);
    expect(explained.out).toContain('\nserving   the memory router says what serves\n');
    const { out } = await world.run(['explain', newest(), '--json']);
    expect(JSON.parse(out)).toMatchObject({ heldOut: [{ target: 'web-2', how: 'maintenance' }] });

    await world.run(['approve', newest()]);
    const watched = await world.run(['watch', newest()]);
    expect(watched.out).toContain(
      'started; before it: 2.0.0; steps made anew; held out of the router by others: web-2',
    );
    expect(world.calls).toContain('web-2=2.1.0');
  });

  it('keeps from beginning what is not to begin meanwhile, and explain says until when', async () => {
    world.policy = { ...world.policy, heldOut: 'refuse', startBy: 3_600_000 };
    const planned = await world.run(['plan', 'api', '2.1.0']);
    expect(planned.out).toContain(`\n${OUT}: the deployment begins once that ends\n`);
    await world.run(['approve', newest()]);
    await vi.waitFor(async () => {
      const { progress } = (await world.store.load(deploymentId(newest())))!;
      expect(progress.hold?.kind).toBe('held_out');
    });

    const { out } = await world.run(['explain', newest()]);

    expect(out).toContain(`\nheld by   held_out: ${OUT}\n`);
    expect(out).toContain('\n          lifted by whoever puts the targets back into the router\n');
    expect(out).toMatch(/\ndeadline {2}start_by .*: then it is cancelled\n/);
    expect(out).toContain(`\nheld out  ${OUT}: the deployment begins once that ends\n`);
  });
});
