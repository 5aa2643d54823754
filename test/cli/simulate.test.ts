import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CliWorld } from './cli-world.js';

const folder = mkdtempSync(join(tmpdir(), 'signalbox-simulate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const simulated = (file: string, ...flags: readonly string[]) =>
  new CliWorld().run(['simulate', file, ...flags]);

const canary = aFile(
  'canary.yaml',
  `
service: api
targets: 1000
strategy: { kind: canary, stages: [10, 50, 100], wait: 2h }
`,
);
const measured = aFile(
  'measured.yaml',
  `
targets: 4
strategy: { kind: canary, stages: [50, 100], analysis: { name: errors } }
analyses:
  errors:
    interval: 1m
    count: 10
    metrics: [{ kind: threshold, name: p99, source: prom, query: 'p99{v="{version}"}', max: 300 }]
`,
);
const config = aFile(
  'signalbox.config.json',
  JSON.stringify({
    services: {
      api: { driver: { kind: 'command', argv: ['true'] }, targets: [{ id: 'web-1' }] },
      web: {
        ...{ driver: { kind: 'command', argv: ['true'] }, targets: [{ id: 'web-2' }] },
        environments: { staging: {} },
      },
    },
  }),
);

const UNEQUAL = {
  driver: { kind: 'command', argv: ['true'] },
  targets: [{ id: 'large', capacity: 4 }, { id: 'mid', capacity: 2 }, { id: 'small' }],
  router: { kind: 'haproxy', socket: '/run/haproxy.sock', backend: 'api' },
  strategy: { kind: 'canary', stages: [{ weight: 10 }, { weight: 50 }, { weight: 100 }] },
};

describe('simulate', () => {
  test('prints plan, timeline and outcome of a thousand targets and hours of waits, a batch a line', async () => {
    const { code, out, err } = await simulated(canary, '--version', '2.0.0');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [plan = '', timeline = '', outcome = ''] = out.split('\n\n');
    expect(plan).toMatch(/^production\/api 2\.0\.0 /);
    expect(plan).toContain('canary, stages 10% → 50% → 100%, wait 2h; driver simulated');
    expect(plan).toContain('5 steps, 3 batches of at most 500 targets');
    expect(timeline.split('\n').slice(0, 5)).toEqual([
      '2026-01-12 09:00:00Z +0ms     #1   draft        planned',
      '2026-01-12 09:00:00Z +0ms     #2   approved     approved by simulation',
      '2026-01-12 09:00:00Z +0ms     #3   executing    started; before it: previous',
      '2026-01-12 09:00:01Z +1s      #403 executing    100 targets updated: web-1, web-2, web-3 and 97 more',
      '2026-01-12 09:00:01Z +1s      #604 executing    step 1: done',
    ]);
    expect(timeline).toContain('400 targets updated: web-101, web-102, web-103 and 397 more');
    expect(timeline).toContain('2026-01-12 13:00:02Z +4h 2s');
    expect(timeline.split('\n').length).toBeLessThan(30);
    expect(outcome).toBe(
      'production/api 2.0.0 completed in 4h 3s: 1000 of 1000 targets updated\nsimulated 4h 3s: 1000 targets on 2.0.0\n',
    );
  });

  test('gives unequal targets their part, on the way there and on the way back', async () => {
    const unequal = aFile('unequal.json', JSON.stringify({ services: { api: UNEQUAL } }));
    const forwards = await simulated(unequal, '--version', '2.0.0', '--previous', '1.0.0');
    expect(forwards.code).toBe(0);
    expect(forwards.out).toContain('the traffic goes by capacity: large 4, mid 2, small 1');
    expect(forwards.out).toContain('at least 3 of the capacity of 7 goes on serving');
    expect(forwards.out).toContain('traffic moved: large 60%, mid 30%, small 10%');
    const moved = forwards.out.match(/traffic moved: .+/g) ?? [];
    expect(moved.at(-1)).toBe('traffic moved: large 57.143%, mid 28.571%, small 14.286%');

    const back = await simulated(unequal, '--version', '2.0.0', '--fail', 'mid');
    expect(back.code).toBe(1);
    expect(back.out).toContain('traffic is back: large 57.143%, mid 28.571%, small 14.286%');
  });

  test('leaves with 1 when the deployment goes back, and tells few failures one by one', async () => {
    const faults = [1, 2, 3, 4, 5, 6].flatMap((n) => ['--fail', `web-${n}`]);
    const { code, out } = await simulated(canary, ...faults, '--previous', '1.0.0');
    expect(code).toBe(1);
    expect(out).toContain('94 targets updated: web-7, web-8, web-9 and 91 more');
    expect(out).toContain('6 targets failed: web-1, web-2, web-3 and 3 more');
    expect(out).toContain('100 targets back as before: ');
    expect(out).toMatch(/rolled_back in 2s: 6 of 1000 targets failed/);
    expect(out).toMatch(/simulated 2s: 1000 targets on 1\.0\.0\n$/);
    const one = await simulated(canary, '--fail', 'web-7');
    expect(one.out).toContain('web-7: failed: web-7 refuses it');
    expect(one.out).toContain('completed in 4h 3s');
  });

  test('tells what waits for somebody, and what a first deployment leaves', async () => {
    const gated = aFile('gated.yaml', 'strategy: { kind: rolling, pauseAfterFirst: true }');
    const { code, out } = await simulated(gated, '--gates', 'wait', '--first');
    expect(code).toBe(1);
    expect(out).toMatch(
      /\nwaits for somebody to promote gate \S+\nsimulated 1s: 1 target on next\n$/,
    );
    expect(out).toContain('started; before it: nothing');
  });

  test('takes rounds of an analysis together, and metrics from YAML, JSON or CSV', async () => {
    const well = await simulated(measured);
    expect(well.out).toContain('(10 rounds up to here)');
    const csv = aFile('p99.csv', 'metric,canary,baseline\np99,100\np99,900\n');
    const bad = await simulated(measured, '--metrics', csv);
    expect(bad.code).toBe(1);
    expect(bad.out).toContain('over it in 1 of 2 rounds');
    const json = aFile('p99.json', '{ "p99": "none" }');
    expect((await simulated(measured, '--metrics', json)).out).toContain('somebody to resume');
  });

  test('prints the whole timeline with --json, the same each time', async () => {
    const flags = ['--json', '--seed', '4', '--call-time', '1s..9s', '--at', '2026-12-24T10:00'];
    const { code, out } = await simulated(canary, ...flags);
    const view = JSON.parse(out);
    expect(code).toBe(0);
    expect(Object.keys(view)).toEqual(['plan', 'forecast', 'timeline', 'outcome']);
    expect(view.timeline.length).toBeGreaterThan(2_000);
    expect(view.timeline[0]).toMatchObject({
      ...{ at: 0, sequence: 1, type: 'deployment.planned', time: '2026-12-24T10:00:00.000Z' },
    });
    expect(view.outcome).toMatchObject({ state: 'completed', runs: [{ targets: 1_000 }] });
    expect((await simulated(canary, ...flags)).out).toBe(out);
  });

  test('takes a service of a whole configuration', async () => {
    const { code, out } = await simulated(config, '--service', 'web', '-e', 'staging');
    expect(code).toBe(0);
    expect(out).toMatch(/^staging\/web next /);
    expect(out).toContain('driver command');
  });

  test('plays the timeline at a speed, and stops when it is told to', async () => {
    const quick = await simulated(canary, '--speed', '100000000x');
    expect(quick.out).toContain('completed in 4h 3s');
    const world = new CliWorld();
    const slow = world.run(['simulate', canary, '--speed', '0.001']);
    world.interrupt.abort();
    const { out } = await slow;
    expect(out).not.toContain('400 targets updated');
    expect(out).toMatch(/simulated 4h 3s/);
  });

  test.each<[string, readonly string[], string]>([
    [join(folder, 'none.yaml'), [], 'none.yaml: there is no such file'],
    [join(folder, 'none.ts'), [], 'spec: no configuration at '],
    [aFile('broken.yaml', 'a: [1'), [], 'broken.yaml: '],
    [aFile('odd.yaml', 'colour: red'), [], 'spec: '],
    [aFile('text.yaml', 'hello'), [], 'spec: '],
    [config, [], 'service: expected one of the configured ones: api, web'],
    [config, ['--service', 'db'], 'service: unknown service production/db'],
    [canary, ['--fail', 'web 2'], 'fail web 2: expected a target'],
    [canary, ['--call-time', 'long'], 'call-time: '],
    [canary, ['--first', '--previous', '1'], 'previous: expected --previous or --first, not both'],
    [canary, ['--previous', 'a b'], 'previous: U+0020 (space) at position 2'],
    [canary, ['--version', 'a b'], 'version: U+0020 (space) at position 2'],
    [canary, ['--at', 'noon'], 'at: expected a time'],
    [canary, ['--speed', '0x'], 'expected a factor such as 1000x'],
    [canary, ['--gates', 'shut'], 'Allowed choices are promote, timeout, wait'],
    [canary, ['--metrics', join(folder, 'none.csv')], 'none.csv: there is no such file'],
    [canary, ['--metrics', aFile('bad.csv', 'a,b')], 'bad.csv: expected the header'],
    [canary, ['--metrics', aFile('bad.json', '{ "p99": "x" }')], 'metrics.p99: expected'],
    [aFile('impossible.yaml', 'strategy: { kind: blue_green }'), [], 'error: '],
  ])('leaves with 2 and names the field: %s %j', async (file, flags, message) => {
    const { code, out, err } = await simulated(file, ...flags);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});
