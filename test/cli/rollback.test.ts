import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});

describe('rollback --wait', () => {
  it('leaves with 0 once the previous version is back', async () => {
    await world.deployed('1.0.0');
    await world.deployed('2.0.0');
    world.callMs = 200;
    const argv = ['rollback', 'api', '--wait', '--reason', 'too slow', '--by', 'ada'];
    const { code, out, err } = await world.run(argv);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('rolling back: too slow');
    expect(out).toContain('web-2: back on 1.0.0');
    expect(out).not.toContain('planned');
    expect(out).toMatch(/production\/api 2\.0\.0 rolled_back in .*: too slow\n$/);
  });

  it('prints the final deployment with --json', async () => {
    await world.deployed('1.0.0');
    const id = await world.deployed('2.0.0');
    const argv = ['rollback', '--deployment', id, '--wait', '--json'];
    const { code, out } = await world.run(argv);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id, state: 'rolled_back', previousVersion: '1.0.0' });
  });

  it('leaves with 0 where nothing is active', async () => {
    expect(await world.run(['rollback', 'api', '--wait'])).toMatchObject({
      code: 0,
      out: 'nothing is active: there is nothing to roll back\n',
    });
    const { code, out } = await world.run(['rollback', 'api', '--wait', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ deploymentId: null, state: null });
  });

  it('leaves with 1 when a target could not be restored', async () => {
    await world.deployed('1.0.0');
    await world.deployed('2.0.0');
    world.bad.add('1.0.0');
    const { code, out } = await world.run(['rollback', 'api', '--wait']);
    expect(code).toBe(1);
    expect(out).toMatch(/production\/api 2\.0\.0 failed.*could not restore web-1/);
  });

  it('leaves with 1 and the reason when the rollback is refused', async () => {
    const id = await world.deployed('1.0.0');
    await world.deployed('2.0.0');
    const { code, err } = await world.run(['rollback', '--deployment', id, '--wait']);
    expect(code).toBe(1);
    expect(err).toMatch(/^error: cannot roll back dep_\w+: it is not the active deployment/);
  });

  it('leaves with 4 when no worker begins it in time', async () => {
    await world.deployed('1.0.0');
    world.worker.away = true;
    const { code, err } = await world.run(['rollback', 'api', '--wait', '--timeout', '50ms']);
    expect(code).toBe(4);
    expect(err).toBe('the rollback is published, and no worker has begun it yet\n');
  });

  it('leaves with 4 when it is not done in time', async () => {
    await world.deployed('1.0.0');
    await world.deployed('2.0.0');
    world.callMs = 2_000;
    const { code } = await world.run(['rollback', 'api', '--wait', '--timeout', '300ms']);
    expect(code).toBe(4);
  });

  it('leaves with 0 where what had not begun is cancelled by it', async () => {
    world.policy = { ...world.policy, approval: 'required' };
    await world.run(['plan', 'api', '1.0.0']);
    const [id = ''] = world.state.deployments.keys();
    // The in-memory worker looks at a draft as a worker does: cancelled at once.
    const running = world.run(['rollback', '--deployment', id, '--wait']);
    await vi.waitFor(async () => {
      expect((await world.index.counters()).cancelled).toBe(1);
    });
    expect((await running).code).toBe(0);
  });
});

describe('rollback', () => {
  it('publishes by service and does not wait', async () => {
    const { code, out } = await world.run(['rollback', 'api', '-e', 'staging', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ jobId: 'job_1', deploymentId: null });
    expect(world.worker.published).toEqual([
      {
        queue: 'rollback',
        name: 'rollback-deployment',
        data: { schema: 1, service: 'api', environment: 'staging' },
      },
    ]);
  });

  it('wants exactly one of service and deployment', async () => {
    const none = await world.run(['rollback']);
    expect(none).toMatchObject({
      code: 2,
      err: 'error: service: expected a service or --deployment\n',
    });
    const both = await world.run(['rollback', 'api', '--deployment', 'dep_0123456789']);
    expect(both.code).toBe(2);
    const astray = await world.run(['rollback', '-e', 'staging', '--deployment', 'dep_0123456789']);
    expect(astray.code).toBe(2);
    expect(world.worker.published).toEqual([]);
  });

  it('leaves with 2 for a deployment that there is not', async () => {
    const { code, err } = await world.run(['rollback', '--deployment', 'dep_0123456789']);
    expect(code).toBe(2);
    expect(err).toBe(
      'error: id: no deployment dep_0123456789: there never was one, or it ended so long ago that retention let it go\n',
    );
  });
});
