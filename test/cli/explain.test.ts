import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deploymentId, serviceKey } from '../../src/domain/model/ids.js';
import { anId, API, v } from '../support/fixtures.js';
import { aWorkerSign } from '../support/worker-signs.js';
import { CliWorld } from './cli-world.js';

const GATED = JSON.stringify({
  kind: 'steps',
  steps: [
    { kind: 'deploy', targets: 'all' },
    { kind: 'gate', name: 'qa', timeout: '1h', onTimeout: 'promote' },
    { kind: 'wait', for: '5m' },
  ],
});
const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ`;

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});
afterEach(() => {
  world.worker.stop();
});

const newest = (): string => [...world.state.deployments.keys()].at(-1) ?? '';

describe('explain', () => {
  it('says which gate holds a deployment, since when, until when, and who can lift it', async () => {
    await world.run(['deploy', 'api', '2.0.0', '--strategy-json', GATED]);
    const id = newest();
    await vi.waitFor(async () =>
      expect((await world.store.load(deploymentId(id)))?.state).toHaveProperty('gate'),
    );
    const { code, out } = await world.run(['explain', id]);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toEqual([
      `production/api 2.0.0 ${id} executing`,
      'step      2 of 3: gate qa',
      'held by   gate: gate qa waits to be promoted',
      expect.stringMatching(new RegExp(`^ {10}since ${TIME}; until ${TIME}, in (1h|59m \\d+s)$`)),
      `          lifted by anyone who promotes it: signalbox promote ${id}`,
      'serving   nothing says what serves here: what was asked for counts',
      expect.stringMatching(
        new RegExp(`^deadline  gate ${TIME}, in .*: then it goes on by itself$`),
      ),
      expect.stringMatching(/^next {6}then step 3: wait 300 s \(in .*\)$/),
      `you can   signalbox promote ${id}  goes past this step`,
      `you can   signalbox pause ${id} --reason …  begins nothing more for now`,
      `you can   signalbox abort ${id} --reason …  stops it and puts nothing back`,
      `you can   signalbox abort ${id} --no-rollback --reason …  stops it and leaves everything as it is`,
    ]);
  });

  it('names what changed of the configuration since the plan', async () => {
    await world.run(['plan', 'api', '1.0.0']);
    const id = newest();
    const row = world.state.deployments.get(deploymentId(id));
    if (row === undefined) throw new Error(id);
    const plan = { ...row.deployment.plan, configuration: 'then' };
    row.deployment = { ...row.deployment, plan };
    world.workers = [aWorkerSign()];
    world.outlines.set('then', { 'driver.argv[0]': 'put' });
    world.outlines.set('of-api', { 'driver.argv[0]': 'place' });

    const { out } = await world.run(['explain', id]);

    expect(out).toContain(
      'changed   the configuration on host-1, since it was planned\n' +
        '          driver.argv[0] was put, is place\n',
    );
    const { configuration } = JSON.parse((await world.run(['explain', id, '--json'])).out);
    expect(configuration).toEqual({
      hosts: ['host-1'],
      settings: [{ path: 'driver.argv[0]', before: 'put', after: 'place' }],
    });
  });

  it('says that no worker is configured for the service, and where one was last seen', async () => {
    await world.run(['deploy', 'api', '2.0.0', '--strategy-json', GATED]);
    const id = newest();
    await vi.waitFor(async () =>
      expect((await world.store.load(deploymentId(id)))?.state).toHaveProperty('gate'),
    );
    const seenAt = Date.now() - 250_000;
    world.workers = [aWorkerSign({ host: 'host-2', alive: false, seenAt })];

    expect((await world.run(['explain', id])).out).toContain(
      'held by   configuration: no worker is configured for production/api; last seen on host-2 4 min ago\n',
    );
  });

  it('gives the same to programs with --json', async () => {
    await world.run(['plan', 'api', '1.0.0']);
    const id = newest();
    const { out } = await world.run(['explain', id, '--json']);
    expect(JSON.parse(out)).toEqual({
      id,
      state: 'draft',
      reason: null,
      step: null,
      failures: [],
      holds: [
        {
          kind: 'approval',
          reason: 'it is a draft that nobody asked to carry out yet',
          since: expect.stringMatching(/Z$/),
          until: null,
          liftedBy: 'anyone',
          command: `signalbox approve ${id}`,
        },
      ],
      sight: 'nothing says what serves here: what was asked for counts',
      heldOut: [],
      behind: [],
      metricNotes: [],
      configuration: null,
      drains: [],
      drainsGivenUp: [],
      calls: [],
      deadlines: [
        { kind: 'approval_expiry', at: expect.stringMatching(/^2/), outcome: 'it is cancelled' },
      ],
      next: expect.stringMatching(/^once it is approved/),
      nextAt: null,
      options: [
        { command: `signalbox approve ${id}`, does: 'lets it be carried out' },
        { command: `signalbox reject ${id} --reason …`, does: 'cancels it' },
      ],
    });
  });

  it('names freezes, the place in line and held automation together', async () => {
    await world.frozen('--service', 'api', '--for', '2h', '--reason', 'stocktaking');
    world.worker.away = true;
    await world.manager.plan(
      {
        ...API,
        id: anId(),
        version: v('2.0.0'),
        approve: true,
        requestedBy: 'promotion',
        idempotencyKey: null,
        digest: 'd',
        metadata: {},
        trigger: 'automation',
      },
      {},
    );
    world.automationHolds.set(serviceKey(API), {
      reason: 'web-1 failed',
      since: 0,
      deploymentId: 'dep_bad',
    });
    const { out } = await world.run(['explain', newest()]);
    expect(out).toContain('held by   freeze: frozen by ada: stocktaking');
    expect(out).toContain('lifted by lifting the freeze frz_1, or an override with a reason');
    expect(out).toContain(
      'held by   automation: automation is held after the rollback of dep_bad: web-1 failed',
    );
    expect(out).toContain('signalbox release-automation api --environment production');
    expect(out).toContain('no known end');
  });

  it('says who is called and for how long', async () => {
    // Longer than anybody looks, however slow the machine is.
    world.callMs = 600_000;
    await world.run(['deploy', 'api', '1.0.0']);
    await vi.waitFor(async () =>
      expect((await world.run(['explain', newest()])).out).toMatch(
        /waits for web-1 \(deploy\) for [\d.]+m?s by worker-1\n/,
      ),
    );
  });

  it('says why what has ended did so, and what can be done', async () => {
    await world.deployed('1.0.0');
    const id = await world.deployed('3.0.0');
    const { out } = await world.run(['explain', id]);
    expect(out).toMatch(/^production\/api 3\.0\.0 dep_\w+ rolled_back: .*web-1/);
    expect(out).toContain('next      nothing more happens unless somebody asks for it');
    expect(out).toContain('you can   signalbox deploy api 3.0.0 --environment production');
    expect((await world.run(['explain', 'dep_0123456789'])).code).toBe(2);
  });
});
