import { describe, expect, it } from 'vitest';
import { type Deployment, progressMap } from '../../src/domain/model/deployment/deployment.js';
import { targetId } from '../../src/domain/model/ids.js';
import { PENDING, type TargetProgress } from '../../src/domain/model/target.js';
import { columnsOf, line } from '../../src/cli/text/line.js';
import { createPaint } from '../../src/cli/text/paint.js';
import { jsonText, printable } from '../../src/cli/text/printable.js';
import { progressFrame } from '../../src/cli/render/progress-frame.js';
import { agoText, durationText } from '../../src/cli/text/time-text.js';
import { timelineLine } from '../../src/cli/render/timeline.js';
import { forecastLines, stepSubject, strategyText } from '../../src/cli/render/step-text.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { aDeployment } from '../support/fixtures.js';
import { CliWorld } from './cli-world.js';

const plain = createPaint(false);
const NASTY = '\u001b[2J\u009b31m\n\u202e\u0007';

async function drafted(world: CliWorld, ...flags: string[]): Promise<Deployment> {
  await world.run(['plan', 'api', '1.0.0', ...flags]);
  const { items } = await world.index.history({ limit: 1 });
  const [deployment] = items;
  if (deployment === undefined) throw new Error('nothing was planned');
  return deployment;
}

const frameOf = (deployment: Deployment, width = 79): readonly string[] =>
  progressFrame(deployment, 1_000).map((parts) => line(parts, width, plain));

describe('text that was stored', () => {
  it('shows control characters instead of sending them', () => {
    expect(printable(NASTY)).toBe('\\x1b[2J\\x9b31m\\n\\u202e\\x07');
    expect(printable('Ærøskøbing → 東京 ✓')).toBe('Ærøskøbing → 東京 ✓');
  });

  it('is escaped in JSON so that it reads back the same', () => {
    expect(jsonText({ text: NASTY })).toBe('{"text":"\\u001b[2J\\u009b31m\\n\\u202e\\u0007"}');
    expect(JSON.parse(jsonText({ text: NASTY }))).toEqual({ text: NASTY });
  });

  it('reaches the terminal escaped from every command that shows it', async () => {
    const world = new CliWorld();
    const deployment = await drafted(world, '--by', 'ci');
    const state = { status: 'failed', reason: NASTY } as const;
    const targets = progressMap(deployment.plan, [
      [targetId('web-1'), { ...PENDING, state: 'failed', error: NASTY } as const],
    ]);
    const metadata = { note: NASTY };
    const nasty: Deployment = { ...deployment, state, targets, metadata, requestedBy: NASTY };
    const row = world.state.deployments.get(deployment.id);
    if (row) row.deployment = nasty;
    world.state.ended = deployment.id;
    world.terminal = { isTTY: true, columns: 120 };
    world.env = { NO_COLOR: '1' };
    for (const argv of [['show', nasty.id], ['status'], ['history'], ['watch', nasty.id]]) {
      const { out } = await world.run(argv);
      // oxlint-disable-next-line no-control-regex -- control characters are just what must not be there
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    const { out } = await world.run(['show', nasty.id]);
    expect(out).toContain('failed: \\x1b[2J\\x9b31m\\n\\u202e\\x07');
  });

  it('is escaped in errors as well', async () => {
    const world = new CliWorld();
    world.failToOpen = new Error(`away ${NASTY}`);
    const { err } = await world.run(['status']);
    expect(err).toBe('error: away \\x1b[2J\\x9b31m\\n\\u202e\\x07\n');
  });
});

describe('colours', () => {
  it('are for terminals that want them', async () => {
    const world = new CliWorld();
    // oxlint-disable-next-line no-control-regex -- a colour is one
    const coloured = /\u001b\[3\dm/;
    expect((await world.run(['status'])).out).not.toMatch(coloured);
    world.terminal = { isTTY: true, columns: 80 };
    expect((await world.run(['status'])).out).toMatch(coloured);
    world.env = { NO_COLOR: '1' };
    expect((await world.run(['status'])).out).not.toMatch(coloured);
    world.env = { TERM: 'dumb' };
    expect((await world.run(['status'])).out).not.toMatch(coloured);
  });
});

describe('the progress frame', () => {
  it('has a bar per step and per target', async () => {
    const deployment = await drafted(new CliWorld(), '--delay', '10s');
    const state = { status: 'executing', step: 1, waitUntil: 6_000 } as const;
    const targets = progressMap(deployment.plan, [
      [targetId('web-1'), { ...PENDING, state: 'updated', version: deployment.version } as const],
    ]);
    expect(frameOf({ ...deployment, state, targets })).toEqual([
      `production/api 1.0.0 executing ${deployment.id}`,
      '  step 1 deploy    ████████████████████ web-1',
      '  step 2 wait      ██████████░░░░░░░░░░ 5s left',
      '  step 3 deploy    ░░░░░░░░░░░░░░░░░░░░ web-2',
      '  web-1            ████████████████████ updated 1.0.0',
      '  web-2            ░░░░░░░░░░░░░░░░░░░░ pending',
    ]);
  });

  it('shows a rollback, and keeps steps that it no longer knows out of it', async () => {
    const deployment = await drafted(new CliWorld());
    const state = {
      status: 'rolling_back',
      reason: 'web-2: refused',
      cause: 'failure',
      since: 0,
    } as const;
    const targets = progressMap(deployment.plan, [
      [targetId('web-1'), { ...PENDING, state: 'restored' } as const],
      [targetId('web-2'), { ...PENDING, state: 'restoring', error: 'refused' } as const],
    ]);
    expect(frameOf({ ...deployment, state, targets })).toEqual([
      'production/api 1.0.0 rolling_back: web-2: refused',
      '  rollback         ██████████░░░░░░░░░░ 1 of 2 restored',
      '  web-1            ████████████████████ restored',
      '  web-2            ██████████░░░░░░░░░░ restoring refused',
    ]);
  });

  it('stays low and narrow with many targets and wide text', async () => {
    const world = new CliWorld();
    world.targets = Array.from({ length: 50 }, (_, at) => `a-rather-long-name-of-${at}`);
    const deployment = await drafted(world);
    const error = '東'.repeat(60);
    const moving = deployment.plan.targets.at(-1)?.id ?? targetId('x');
    const targets = progressMap(deployment.plan, [
      [moving, { ...PENDING, state: 'failed', error } as const],
    ]);
    const state = { status: 'verifying', attempt: 1, waitUntil: 3_000 } as const;
    const lines = frameOf({ ...deployment, state, targets }, 79);
    expect(lines.length).toBeLessThan(24);
    for (const text of lines) expect(columnsOf(text)).toBeLessThanOrEqual(79);
    expect(lines.join('\n')).toContain('inconclusive, again in 2s');
    expect(lines.join('\n')).toContain('failed 東');
    expect(lines.at(-1)).toBe('  … and 40 more targets');
  });

  it('shows what could not be taken away before all that went well', async () => {
    const world = new CliWorld();
    world.targets = Array.from({ length: 30 }, (_, at) => `web-${at}`);
    const deployment = await drafted(world);
    const updated: TargetProgress = { ...PENDING, state: 'updated' };
    const left: TargetProgress = { ...PENDING, state: 'retire_failed', error: 'will not stop' };
    const targets = progressMap(
      deployment.plan,
      deployment.plan.targets.map(({ id }) => [id, id === targetId('web-29') ? left : updated]),
    );
    const state = { status: 'verifying', attempt: 0, waitUntil: null } as const;
    expect(frameOf({ ...deployment, state, targets }).join('\n')).toContain(
      'retire failed will not stop',
    );
  });
});

describe('a plan', () => {
  const said = (strategy: StrategySpec): readonly string[] => {
    const { plan } = aDeployment({ strategy, targets: ['web-1', 'web-2'] });
    return [
      strategyText(plan.strategy),
      ...plan.steps.map(stepSubject),
      ...forecastLines(plan.forecast),
    ];
  };

  it('says what it does and what it takes, gates included', () => {
    const gate = { name: 'look', timeout: 60_000 };

    expect(said({ kind: 'canary', stages: [{ targets: 50, gate }, 100], wait: 90_000 })).toEqual([
      'canary, stages 50% of the targets + gate look for 1m → 100%, wait 1m 30s',
      'web-1',
      '1m 30s',
      'look, until promoted; aborts by itself after 1m',
      'web-2',
      '4 steps, 2 batches of at most 1 target; at least 1 of 2 go on serving',
      'waits 1m 30s, takes at most 1m 32s',
      'stands at 1 gate, 1m at most',
      'a rollback takes at most 2s',
    ]);
    expect(said({ kind: 'rolling', pauseAfterFirst: true })).toContain(
      'stands at 1 gate, for as long as nobody promotes',
    );
  });

  it('says how long it measures', () => {
    const { forecast } = aDeployment().plan;

    expect(forecastLines({ ...forecast, analysisMs: 5_000 })[1]).toBe(
      'waits 0ms, measures 5s, takes at most 2s',
    );
  });
});

describe('small texts', () => {
  it('say durations and ages in the units that matter', () => {
    expect([0, 850, 12_340, 250_000, 7_500_000, 90_000_000].map(durationText)).toEqual([
      '0ms',
      '850ms',
      '12.3s',
      '4m 10s',
      '2h 5m',
      '1d 1h',
    ]);
    expect(agoText(0, 500)).toBe('now');
    expect(agoText(0, 200_000)).toBe('3m ago');
  });

  it('tell an event of a type that is new by its name', () => {
    const event = {
      sequence: 7,
      type: 'deployment.traffic_shifted',
      time: '2026-01-31T11:13:24.000Z',
      state: 'executing',
      data: {},
    } as const;
    expect(line(timelineLine(event), null, plain)).toBe(
      '11:13:24Z #7   executing    traffic shifted',
    );
  });
});
