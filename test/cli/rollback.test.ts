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

  it('is refused at once where a worker would refuse it, and nothing is published', async () => {
    await world.deployed('1.0.0');
    const [first = ''] = world.state.deployments.keys();
    const only = await world.run(['rollback', 'api']);
    await world.deployed('2.0.0');
    world.worker.away = true;
    const older = await world.run(['rollback', '--deployment', first]);

    expect(only).toMatchObject({ code: 1, out: '' });
    expect(only.err).toMatch(/^error: nothing to go back to: 1\.0\.0 is the first version/);
    expect(older).toMatchObject({ code: 1, out: '' });
    expect(older.err).toContain(`cannot roll back ${first}: it is not the active deployment`);
  });

  it('leaves with 4 when no worker begins it in time', async () => {
    await world.deployed('1.0.0');
    await world.deployed('2.0.0');
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

describe('rollback --to', () => {
  beforeEach(async () => {
    for (const version of ['1.0.0', '2.0.0', '2.1.0']) await world.deployed(version);
  });

  it('brings a named version back past those between, and leaves with 0', async () => {
    const argv = ['rollback', 'api', '--to', '1.0.0', '--wait', '--reason', 'slow', '--by', 'ada'];
    const { code, out, err } = await world.run(argv);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('planned as a rollback: slow');
    expect(out).toContain('started; before it: 2.1.0; takes back 2.1.0, 2.0.0');
    expect(out).toMatch(/production\/api 1\.0\.0 completed in .*: 2 of 2 targets updated\n$/);
    const { out: listed } = await world.run(['versions', 'api']);
    expect(listed).toMatch(/1\.0\.0 +active.*\n2\.1\.0 +rolled_back.*\n2\.0\.0 +rolled_back/);
    const [id] = (await world.index.history({ limit: 1 })).items.map((each) => each.id);
    const { out: shown } = await world.run(['show', id ?? '']);
    expect(shown).toMatch(/rollback +slow; takes back 2\.1\.0, 2\.0\.0/);
  });

  it('prints the deployment that goes back with --json, and what it takes back', async () => {
    const { code, out } = await world.run(['rollback', 'api', '--to', '1.0.0', '--wait', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...{ version: '1.0.0', state: 'completed', previousVersion: '2.1.0' },
      rollback: { takesBack: [{ version: '2.1.0' }, { version: '2.0.0' }] },
    });
  });

  it('goes along the strategy given; with none named the version before comes back', async () => {
    const argv = ['rollback', 'api', '--strategy', 'canary', '--wait', '--json'];
    const { code, out } = await world.run(argv);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ...{ version: '2.0.0', state: 'completed', plan: { strategy: { kind: 'canary' } } },
    });
  });

  it('shows the plan where it does not wait', async () => {
    const { code, out } = await world.run(['rollback', 'api', '--to', '1.0.0']);
    expect(code).toBe(0);
    expect(out).toMatch(/^production\/api 1\.0\.0 dep_/);
  });

  it('prints the plan as JSON where it does not wait', async () => {
    const { out } = await world.run(['rollback', 'api', '--to', '2.0.0', '--json']);
    expect(JSON.parse(out)).toMatchObject({ version: '2.0.0' });
  });

  it('says that there is nothing to do where that version is active', async () => {
    const { code, out } = await world.run(['rollback', 'api', '--to', '2.1.0', '--wait']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^2\.1\.0 is active in production\/api already \(dep_\w+\): nothing to do\.\n$/,
    );
    const { out: json } = await world.run(['rollback', 'api', '--to', '2.1.0', '--json']);
    expect(JSON.parse(json)).toMatchObject({ version: '2.1.0', state: 'completed' });
    const { out: none } = await world.run(['rollback', 'web', '--to', '2.1.0']);
    expect(none).toBe('Nothing is active in production/web: there is nothing to roll back.\n');
    const { out: nothing } = await world.run(['rollback', 'web', '--to', '2.1.0', '--json']);
    expect(JSON.parse(nothing)).toEqual({ deploymentId: null, state: null });
  });

  it('leaves with 1 where the version was never stable, and names those that can be had', async () => {
    const { code, err } = await world.run(['rollback', 'api', '--to', '9.9.9', '--wait']);
    expect(code).toBe(1);
    expect(err).toContain('never stable there; choose one of 2.0.0, 1.0.0');
  });

  it('leaves with 1 where the version could not be brought back', async () => {
    world.bad.add('1.0.0');
    const { code, out } = await world.run(['rollback', 'api', '--to', '1.0.0', '--wait']);
    expect(code).toBe(1);
    expect(out).toMatch(/production\/api 1\.0\.0 rolled_back/);
  });

  it('leaves with 4 when no worker picks it up in time', async () => {
    world.worker.away = true;
    const argv = ['rollback', 'api', '--to', '1.0.0', '--wait', '--timeout', '50ms'];
    const { code, err } = await world.run(argv);
    expect(code).toBe(4);
    expect(err).toMatch(
      /^The rollback is queued as job job_\d+\. No worker has picked it up yet\.\n$/,
    );
  });

  it('is one, however often it is asked for under a key', async () => {
    const argv = ['rollback', 'api', '--to', '1.0.0', '--idempotency-key', 'k', '--wait', '--json'];
    const first = JSON.parse((await world.run(argv)).out);
    const again = await world.run(argv);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ id: first.id, version: '1.0.0' });
  });

  it('goes with a service, and with a version that is one', async () => {
    const of = await world.run(['rollback', '--deployment', 'dep_0123456789', '--to', '1.0.0']);
    expect(of).toMatchObject({ code: 2, err: expect.stringContaining('--to and --strategy') });
    expect((await world.run(['rollback', 'api', '--to', 'two words'])).code).toBe(2);
  });
});
