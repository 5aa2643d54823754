import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aWorkerSign, knowing } from '../support/worker-signs.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('plan', () => {
  it('prints steps, batches and the forecast, and leaves a draft', async () => {
    const { code, out } = await world.run(['plan', 'api', '1.0.0', '--delay', '30s']);
    expect(code).toBe(0);
    expect(out).toMatch(/^production\/api 1\.0\.0 dep_\w+ draft\n/);
    expect(out).toContain('rolling, delay 30s; driver deploy_fn');
    expect(out).toContain('  1  deploy  web-1\n');
    expect(out).toContain('  2  wait    30s\n');
    expect(out).toContain(
      '3 steps, 2 batches of at most 1 target; at least 1 of 2 go on serving\nwaits 30s, takes at most 2m 30s\n',
    );
    expect(out).toMatch(
      /\nnothing says what serves here: what was asked for counts\ncarry it out: signalbox approve dep_\w+\n$/,
    );
    expect(world.calls).toEqual([]);
  });

  it('says how many approvals it waits for where the service requires them', async () => {
    world.policy = { ...world.policy, approval: 'required', approvers: ['bob', 'eve'] };
    const { out } = await world.run(['plan', 'api', '1.0.0']);
    expect(out).toMatch(
      /\nwaits for approval: it has 0 of 1 approvals; can be approved by bob, eve\ncarry it out: signalbox approve dep_\w+\n$/,
    );
  });

  it('prints the deployment with --json', async () => {
    const { out } = await world.run(['plan', 'api', '1.0.0', '--json']);
    const shown = JSON.parse(out);
    expect(shown).toMatchObject({ state: 'draft', result: null, health: null });
    expect(Object.keys(shown.plan)).toEqual([
      'steps',
      'targets',
      'strategy',
      'forecast',
      'checks',
      'policy',
      'driver',
      'analyses',
      'router',
      'flags',
    ]);
    expect(shown.targets).toEqual([
      { id: 'web-1', version: null, state: 'pending', error: null },
      { id: 'web-2', version: null, state: 'pending', error: null },
    ]);
    expect(shown.events).toMatchObject([
      { sequence: 1, type: 'deployment.planned', state: 'draft' },
    ]);
  });

  it('leaves with 2 and names the field when the worker refuses', async () => {
    expect(await world.run(['plan', 'unheard', '1.0.0'])).toEqual({
      code: 2,
      out: '',
      err: 'error: service: unheard is not configured\n',
    });
    expect(await world.run(['plan', 'api', '1.0.0', '--batch-size', '0', '--json'])).toEqual({
      code: 2,
      out: '',
      err: 'error: strategy.batchSize: expected at least one target a batch\n{"error":{"message":"strategy.batchSize: expected at least one target a batch"}}\n',
    });
  });

  it('leaves with 2 before publishing what breaks the contract', async () => {
    const { code, err } = await world.run(['plan', 'a:b', '1.0.0']);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: service: `a:b` is not a valid service name: .*\n$/);
    expect(world.worker.published).toEqual([]);
  });

  it('says that the request is published when no worker takes it up in 10 seconds', async () => {
    vi.useFakeTimers();
    world.worker.away = true;
    const running = world.run(['plan', 'api', '1.0.0']);
    await vi.advanceTimersByTimeAsync(10_500);
    const { code, out } = await running;
    expect(code).toBe(0);
    expect(out).toMatch(
      /^dep_\w+ is published and waits: no worker has taken the request up yet\n/,
    );
  });

  it('says who is alive where none of them is configured for the service', async () => {
    vi.useFakeTimers();
    world.worker.away = true;
    world.workers = [
      aWorkerSign({ knowledge: knowing('web') }),
      aWorkerSign({ host: 'gone', alive: false }),
    ];
    const running = world.run(['plan', 'api', '1.0.0']);
    await vi.advanceTimersByTimeAsync(10_500);
    const why =
      'no worker is configured for production/api yet. Workers alive: host-1 (web in any environment). It is refused if none comes';
    const { out } = await running;
    expect(out).toMatch(/^dep_\w+ is published and waits: no worker/);
    expect(out).toContain(why);
    const waiting = world.run(['deploy', 'api', '1.0.0', '--wait', '--timeout', '12s']);
    await vi.advanceTimersByTimeAsync(12_500);
    expect((await waiting).err).toContain(`${why}; still waiting\n`);
  });

  it('says the same with --json as a deployment without a state', async () => {
    vi.useFakeTimers();
    world.worker.away = true;
    const running = world.run(['deploy', 'api', '1.0.0', '--json']);
    await vi.advanceTimersByTimeAsync(10_500);
    const { code, out } = await running;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      id: expect.stringMatching(/^dep_/),
      jobId: 'job_1',
      state: null,
    });
  });
});
