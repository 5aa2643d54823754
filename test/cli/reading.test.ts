import { beforeEach, describe, expect, it } from 'vitest';
import { PLAN_STATUSES } from '../../src/domain/model/deployment/plan-state.js';
import { columnsOf } from '../../src/cli/text/line.js';
import { KNOWS_ALL } from '../../src/domain/fleet/knowledge.js';
import { aWorkerSign, knowing } from '../support/worker-signs.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
beforeEach(async () => {
  world = new CliWorld();
  await world.deployed('1.0.0');
  await world.deployed('3.0.0');
});

const json = async (...argv: string[]) => {
  const { code, out, err } = await world.run([...argv, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
};

describe('status', () => {
  it('gives the whole system in one view', async () => {
    await world.run(['plan', 'web', '1.0.0']);
    const status = await json('status');
    expect(status).toMatchObject({
      activePlan: { service: 'web', state: 'draft' },
      lastResult: { success: false, state: 'rolled_back', targetsFailed: 1 },
      lastHealth: { status: 'healthy', checks: [] },
      deploymentsCompleted: 1,
      deploymentsFailed: 1,
    });
    expect(status).toHaveProperty('counters.completed', 1);
    expect(status).not.toHaveProperty('activePlan.events');
    expect(Object.keys(status.counters)).toEqual([...PLAN_STATUSES]);
  });

  it('is readable as text', async () => {
    const { out } = await world.run(['status']);
    expect(out).toContain('under way   nothing\n');
    expect(out).toMatch(/last result rolled_back, 0 targets updated, 1 failed/);
    expect(out).toContain('finished    1 completed, 1 failed\n');
    expect(out).toMatch(/rolling_back {2}0\n/);
  });
});

describe('services', () => {
  it('lists with --workers who knows what, and who knew last what nobody knows now', async () => {
    expect((await world.run(['services', '--workers'])).out).toContain(
      'No worker has been seen in this namespace. Start one: `signalbox worker`',
    );
    world.workers = [
      aWorkerSign({ id: 'w-1', knowledge: knowing('web') }),
      aWorkerSign({ id: 'w-2', alive: false, knowledge: knowing('web', 'api') }),
      aWorkerSign({ id: 'w-3', alive: false, knowledge: knowing('api') }),
      aWorkerSign({ id: 'w-4', knowledge: KNOWS_ALL }),
    ];
    const { out } = await world.run(['services', '--workers']);
    expect(out).toMatch(/^environment +service +configuration +worker +version +seen\n/);
    expect(out).toMatch(/any +api +of-api +w-2 +1\.2\.3 +stopped, last seen .* ago\n/);
    expect(out).toMatch(/any +web +of-web +w-1 +1\.2\.3 +alive\n/);
    expect(out).toMatch(/any +any +- +w-4 +1\.2\.3 +alive\n/);
    expect(out).not.toContain('w-3');
    expect(await json('services', '--workers')).toMatchObject([
      { id: 'w-1', alive: true, services: [{ service: 'web', environment: '*' }] },
      { id: 'w-2', alive: false },
      { id: 'w-3' },
      { id: 'w-4', services: 'all' },
    ]);
  });

  it('gives the active deployment of each', async () => {
    expect(await json('services')).toEqual([
      {
        environment: 'production',
        service: 'api',
        version: '1.0.0',
        deploymentId: expect.stringMatching(/^dep_/),
        since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    ]);
    const { out } = await world.run(['services']);
    expect(out).toMatch(
      /^environment {2}service {2}version {2}deployment +since\nproduction {3}api /,
    );
  });

  it('says when there are none', async () => {
    expect(await new CliWorld().run(['services'])).toMatchObject({
      code: 0,
      out: 'nothing is deployed yet\n',
    });
  });
});

describe('versions', () => {
  it('lists what a rollback can go back to, and what was rolled back', async () => {
    const before = await world.deployed('1.1.0');
    await world.manager.rollback('api');
    expect(await json('versions', 'api')).toMatchObject([
      { service: 'api', environment: 'production', version: '1.0.0', state: 'active' },
      { version: '1.1.0', state: 'rolled_back', by: before, deploymentId: before },
    ]);
    expect(await json('versions', 'api')).toHaveProperty(
      '0.since',
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    );
    const { out } = await world.run(['versions', 'api']);
    expect(out).toMatch(/^version {2}state +deployment +by +since\n1\.0\.0 {4}active /);
    expect(out).toMatch(/\n1\.1\.0 {4}rolled_back /);
  });

  it('says when none was ever completed', async () => {
    const { code, out } = await world.run(['versions', 'api', '-e', 'staging']);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'No version of staging/api was ever completed.\n',
    });
    expect(await json('versions', 'api', '-e', 'staging')).toEqual([]);
  });
});

describe('history', () => {
  it('pages from the newest on', async () => {
    const first = await json('history', '--limit', '1');
    expect(first).toMatchObject({ items: [{ version: '3.0.0', state: 'rolled_back' }] });
    const { next } = first;
    expect(next).toMatch(/^dep_/);
    const second = await json('history', '--limit', '1', '--after', next);
    expect(second).toMatchObject({ items: [{ version: '1.0.0' }], next: null });
    expect(second).not.toHaveProperty('items.0.events');
  });

  it('refuses to go on behind a deployment that is not in it, and says what is', async () => {
    const { items } = await world.index.history({ limit: 2 });
    const [newest, oldest] = items.map(({ id }) => id);
    const unknown = 'dep_00000000000000000000000000';

    const all = await world.run(['history', '--after', unknown]);
    expect(all).toMatchObject({ code: 2, out: '' });
    expect(all.err).toContain(
      `--after: there is no deployment ${unknown} in the history: it goes from ${newest} (the newest) to ${oldest}`,
    );
    const none = await world.run(['history', 'web', '--after', String(newest)]);
    expect(none.code).toBe(2);
    expect(none.err).toContain(
      `no deployment ${newest} in the history of production/web: it is empty`,
    );
  });

  it('can be of one service in one environment', async () => {
    expect(await json('history', 'api')).toHaveProperty('items.length', 2);
    expect(await json('history', 'api', '-e', 'staging')).toEqual({ items: [], next: null });
    expect((await world.run(['history', '-e', 'staging'])).code).toBe(2);
    expect((await world.run(['history', '--limit', '0'])).code).toBe(2);
  });

  it('keeps to the width of the terminal', async () => {
    world.terminal = { isTTY: true, columns: 80 };
    world.env = { NO_COLOR: '1' };
    await world.deployed(`1.0.0-${'long'.repeat(30)}`);
    const { out } = await world.run(['history', '--limit', '1']);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const text of lines) expect(columnsOf(text)).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/^dep_\w{26} {2}production\/a.*… {2}completed/);
    expect(lines[2]).toMatch(/^more: --after dep_/);
  });
});

describe('show', () => {
  it('gives every target of the plan, untouched ones as pending', async () => {
    const { items } = await world.index.history({ limit: 1 });
    const shown = await json('show', items[0]?.id ?? '');
    expect(shown).toMatchObject({
      version: '3.0.0',
      previousVersion: '1.0.0',
      state: 'rolled_back',
      reason: expect.stringContaining('web-1'),
      targets: [
        { id: 'web-1', version: '1.0.0', state: 'restored', mayRun: ['1.0.0'] },
        { id: 'web-2', version: null, state: 'pending', error: null, mayRun: ['1.0.0'] },
      ],
      result: { success: false, targetsUpdated: 0, targetsFailed: 1 },
      health: { status: 'healthy', checks: [] },
    });
    const { events, result } = shown;
    expect(events[0]).toEqual({
      sequence: 1,
      type: 'deployment.planned',
      time: expect.stringMatching(/Z$/),
      state: 'draft',
      actor: expect.any(String),
      data: {},
    });
    expect(events.at(-1)).toMatchObject({ type: 'deployment.rolled_back', state: 'rolled_back' });
    expect(Object.keys(result)).toEqual([
      'success',
      'targetsUpdated',
      'targetsFailed',
      'durationMs',
      'errors',
      'metadata',
    ]);
  });

  it('is readable as text', async () => {
    const { items } = await world.index.history({ limit: 1 });
    const { out } = await world.run(['show', items[0]?.id ?? '']);
    expect(out).toContain('version    3.0.0 (before: 1.0.0)\n');
    expect(out).toMatch(
      /target {2}state +version +error *\nweb-1 {3}restored +1\.0\.0 .*\nweb-2 {3}pending +1\.0\.0 \(now\) *\n/,
    );
    expect(out).toContain('web-1: back on 1.0.0');
  });

  it('leaves with 2 for a deployment that there is not', async () => {
    const { code, err } = await world.run(['show', 'dep_0123456789']);
    expect(code).toBe(2);
    expect(err).toBe(
      'error: id: no deployment dep_0123456789: there never was one, or it ended so long ago that retention let it go\n',
    );
  });
});

describe('watch', () => {
  it('leaves at once with the outcome of what has ended', async () => {
    const { items } = await world.index.history({ limit: 2 });
    const [bad, good] = items.map(({ id }) => id);
    expect((await world.run(['watch', good ?? ''])).code).toBe(0);
    const { code, out } = await world.run(['watch', bad ?? '', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ id: bad, state: 'rolled_back' });
    expect((await world.run(['watch', 'dep_0123456789'])).code).toBe(2);
  });

  it('leaves with 4 when the time is up', async () => {
    await world.run(['plan', 'web', '1.0.0']);
    const { items } = await world.index.history({ limit: 1 });
    const argv = ['watch', items[0]?.id ?? '', '--timeout', '50ms'];
    expect((await world.run(argv)).code).toBe(4);
  });
});
