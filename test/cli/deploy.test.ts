import { beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});

describe('deploy --wait', () => {
  it('prints a line per event and leaves with 0 when it completed', async () => {
    const { code, out, err } = await world.run(['deploy', 'api', '1.0.0', '--wait']);
    expect(err).toBe('');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\dZ #1 {3}draft {8}planned$/);
    expect(out).toContain('web-2: updated');
    expect(lines.at(-1)).toMatch(
      /^production\/api 1\.0\.0 completed in .*: 2 of 2 targets updated$/,
    );
    const numbers = lines.slice(0, -1).map((text) => Number(/#(\d+)/.exec(text)?.[1]));
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  });

  it('tells every event once even where the stream loses them', async () => {
    world.tape.mute = true;
    const { code, out } = await world.run(['deploy', 'api', '1.0.0', '--wait']);
    expect(code).toBe(0);
    const numbers = [...out.matchAll(/#(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    expect(out).toContain('web-1: updated');
  });

  it('leaves with 1 when the deployment was rolled back', async () => {
    await world.deployed('1.0.0');
    const { code, out } = await world.run(['deploy', 'api', '3.0.0', '--wait']);
    expect(code).toBe(1);
    expect(out).toContain('web-1: back on 1.0.0');
    expect(out).toMatch(/production\/api 3\.0\.0 rolled_back in/);
  });

  it('prints the final deployment and nothing else with --json', async () => {
    const { code, out } = await world.run(['deploy', 'api', '1.0.0', '--wait', '--json']);
    expect(code).toBe(0);
    const shown = JSON.parse(out);
    expect(Object.keys(shown)).toEqual([
      'id',
      'service',
      'environment',
      'version',
      'previousVersion',
      'state',
      'reason',
      'plan',
      'targets',
      'result',
      'health',
      'trigger',
      'rollback',
      'hold',
      'approvals',
      'traffic',
      'flags',
      'analyses',
      'events',
    ]);
    expect(shown).toMatchObject({ state: 'completed', reason: null, previousVersion: null });
    expect(shown.targets).toEqual([
      { id: 'web-1', version: '1.0.0', state: 'updated', error: null },
      { id: 'web-2', version: '1.0.0', state: 'updated', error: null },
    ]);
  });

  it('draws bars in place on a terminal', async () => {
    world.terminal = { isTTY: true, columns: 80 };
    world.callMs = 200;
    const { code, out } = await world.run(['deploy', 'api', '1.0.0', '--wait']);
    expect(code).toBe(0);
    expect(out).toMatch(/step 1 deploy/);
    expect(out).toContain('█');
    // oxlint-disable-next-line no-control-regex -- up some lines, and clear what is below
    expect(out).toMatch(/\u001b\[\d+A\u001b\[J/);
    expect(out).not.toMatch(/#1 /);
  });

  it('leaves with 4 when the time is up', async () => {
    world.callMs = 2_000;
    const argv = ['deploy', 'api', '1.0.0', '--wait', '--timeout', '100ms'];
    const { code, err } = await world.run(argv);
    expect(code).toBe(4);
    expect(err).toMatch(/the time is up: dep_\w+ is executing and goes on by itself/);
  });

  it('leaves with 4 when the time is up before any worker came', async () => {
    world.worker.away = true;
    const argv = ['deploy', 'api', '1.0.0', '--wait', '--timeout', '50ms', '--json'];
    const { code, out } = await world.run(argv);
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({ state: null });
  });

  it('says what a service waits for that requires approval, who can give it and how', async () => {
    world.policy = {
      ...world.policy,
      ...{ approval: 'required', approvals: 2, selfApproval: false },
    };
    const { code, out, err } = await world.run(['deploy', 'api', '1.0.0', '--by', 'ada']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [id = ''] = world.state.deployments.keys();
    expect(out).toContain(
      `\nwaits for approval: it has 0 of 2 approvals; can be approved by anyone, but not ada, who requested it\ncarry it out: signalbox approve ${id}\n`,
    );
  });

  it('says nothing of approvals where none is needed', async () => {
    const { out } = await world.run(['deploy', 'api', '1.0.0']);
    expect(out).not.toMatch(/approv/);
  });

  it('waits for the approvals, and goes on to the end', async () => {
    world.policy = { ...world.policy, approval: 'required' };
    let err = '';
    const stderr = { write: (text: string) => (err += text) };
    const waiting = world.run(['deploy', 'api', '1.0.0', '--wait'], { stderr });
    await vi.waitFor(() => expect(err).toContain('carry it out: signalbox approve dep_'));
    const [id = ''] = world.state.deployments.keys();
    expect(err).toContain(`signalbox approve ${id}\n`);
    await world.run(['approve', id, '--by', 'bob']);
    expect((await waiting).code).toBe(0);
  });

  it('leaves with 3 when somebody cancels it', async () => {
    world.policy = { ...world.policy, approval: 'required' };
    const waiting = world.run(['deploy', 'api', '1.0.0', '--wait']);
    await vi.waitFor(() => expect(world.state.deployments.size).toBe(1));
    await systemClock.sleep(300);
    const [id = ''] = world.state.deployments.keys();
    await world.run(['reject', id, '--reason', 'not today']);
    const { code, out, err } = await waiting;
    expect(code).toBe(3);
    expect(out).toContain('cancelled: not today');
    expect(err).toContain(
      `waits for approval: it has 0 of 1 approvals; can be approved by anyone\ncarry it out: signalbox approve ${id}\n`,
    );
  });

  it('stops watching when interrupted, and says that the deployment goes on', async () => {
    world.callMs = 500;
    const waiting = world.run(['deploy', 'api', '1.0.0', '--wait']);
    await vi.waitFor(() => expect(world.calls.length).toBe(1));
    world.interrupt.abort();
    const { code, err } = await waiting;
    expect(code).toBe(130);
    expect(err).toContain('goes on by itself');
    expect(world.closed).toBe(1);
  });

  it('goes on when Redis is away for a moment', async () => {
    world.callMs = 400;
    const session = world.session();
    let looks = 0;
    const load: typeof session.store.load = async (id) => {
      looks += 1;
      if (looks === 3) throw new Error('Connection is closed.');
      return session.store.load(id);
    };
    const flaky = {
      ...session,
      store: { load, service: session.store.service.bind(session.store) },
    };
    const { code } = await world.run(['deploy', 'api', '1.0.0', '--wait'], {
      openSession: async () => flaky,
    });
    expect(code).toBe(0);
    expect(looks).toBeGreaterThan(3);
  });
});

describe('deploy', () => {
  it('publishes everything that the flags say', async () => {
    const argv =
      'deploy api 1.0.0 -e staging --batch-size 50% --delay 10ms --target a=1.2.3.4:80 --target b=x --by ci --idempotency-key k1 --metadata commit=a=b --json';
    const { code } = await world.run(argv.split(' '));
    expect(code).toBe(0);
    expect(world.worker.published[0]).toEqual({
      queue: 'plan',
      name: 'plan-deployment',
      data: {
        schema: 1,
        service: 'api',
        environment: 'staging',
        version: '1.0.0',
        approve: true,
        strategy: { kind: 'rolling', batchSize: '50%', delay: 10 },
        targets: [
          { id: 'a', address: '1.2.3.4:80' },
          { id: 'b', address: 'x' },
        ],
        requestedBy: 'ci',
        idempotencyKey: 'k1',
        metadata: { commit: 'a=b' },
      },
    });
  });

  it('understands a canary', async () => {
    const argv = 'deploy api 1.0.0 --stages 10,50,100 --wait-between 5m'.split(' ');
    await world.run(argv);
    expect(world.worker.published[0]?.data).toMatchObject({
      strategy: { kind: 'canary', stages: [10, 50, 100], wait: 300_000 },
    });
  });

  it.each([
    ['--weights 10,100', { kind: 'canary', traffic: true, stages: [10, 100] }],
    ['--gate --max-unavailable 1', { kind: 'rolling', pauseAfterFirst: true, maxUnavailable: 1 }],
    [
      '--strategy blue_green --promote-after 5m --retire remove --analysis errors',
      {
        kind: 'blue_green',
        promotion: { kind: 'auto', after: 300_000 },
        retire: 'remove',
        analyze: { before: 'errors' },
      },
    ],
    ['--flag ff --percentage 5%', { kind: 'feature_flag', flag: 'ff', percentage: 5 }],
  ])('understands %s', async (flags, strategy) => {
    await world.run(['deploy', 'api', '1.0.0', ...flags.split(' ')]);
    expect(world.worker.published[0]?.data).toMatchObject({ strategy });
  });

  it('takes any other strategy as JSON', async () => {
    const json = '{"kind":"rolling","minHealthyTime":"1s","maxUnavailable":"50%"}';
    await world.run(['deploy', 'api', '1.0.0', '--strategy-json', json]);
    expect(world.worker.published[0]?.data).toMatchObject({
      strategy: { kind: 'rolling', minHealthyTime: 1_000, maxUnavailable: '50%' },
    });
  });

  it('does not wait for the end without --wait', async () => {
    world.callMs = 5_000;
    const { code, out } = await world.run(['deploy', 'api', '1.0.0']);
    expect(code).toBe(0);
    expect(out).toContain('production/api 1.0.0 dep_');
  });
});
