import { describe, expect, it } from 'vitest';
import { judgeAnalysis } from '../../src/domain/analysis/judge-analysis.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { Step } from '../../src/domain/model/plan/step.js';
import { columnsOf, line } from '../../src/cli/text/line.js';
import { createPaint } from '../../src/cli/text/paint.js';
import { progressFrame } from '../../src/cli/render/progress-frame.js';
import { Output } from '../../src/cli/session/output.js';
import { writeDeployment, writePlan } from '../../src/cli/render/deployment-text.js';
import {
  after,
  analysis,
  counts,
  noData,
  rate,
  threshold,
  values,
} from '../domain/analysis/analysis-fixtures.js';
import {
  APPROVED,
  begun,
  call,
  deploy,
  GATE,
  lived,
  planned,
  REACHED,
  STARTED,
} from '../domain/explain/standing.js';
import { web } from '../support/fixtures.js';

const plain = createPaint(false);
const NOW = 10_000;
const frameOf = (deployment: Deployment): readonly string[] =>
  progressFrame(deployment, NOW).map((parts) => line(parts, 100, plain));

/** What a command writes into a pipe. */
function written(write: (out: Output) => void): string {
  let text = '';
  const stream = {
    write: (piece: string) => {
      text += piece;
    },
  };
  write(new Output({ stdout: stream, stderr: stream, env: {} }));
  return text;
}

const shown = (deployment: Deployment): string =>
  written((out) => writeDeployment(out, deployment, [], new Map(), 0));

const updated = (n: number): PlanEvent => ({
  type: 'deployment.target_updated',
  target: web(n),
  evidence: {},
});
const shift: Step = { kind: 'shift', to: [web(1)], from: [web(2)], percent: 10 };
const before = { 'web-1': 0, 'web-2': 1 };
const shares = { 'web-1': 0.1, 'web-2': 0.9 };
const moving: PlanEvent = { type: 'deployment.shift_started', step: 1, before, shares };
const moved: PlanEvent = { type: 'deployment.shifted', step: 1, shares, evidence: {} };
const shifted = lived(begun([deploy(1), shift]), 3_000, call(1), updated(1), moving);

describe('traffic', () => {
  it('is drawn as the new version’s part, and said to be moving until the router answered', () => {
    expect(frameOf(shifted)).toContain(
      '  traffic          ██░░░░░░░░░░░░░░░░░░ 10% on 1.0.0: web-2 90%, web-1 10% (moving)',
    );
    expect(shown(lived(shifted, 4_000, moved))).toContain(
      'traffic    █░░░░░░░░░ 10% on 1.0.0: web-2 90%, web-1 10%\n',
    );
  });
});

describe('flags', () => {
  it('are drawn with what they were before', () => {
    const flag = 'ff_api';
    const setting: PlanEvent = {
      type: 'deployment.flag_started',
      step: 0,
      flag,
      before: null,
      percent: 25,
    };
    const set: PlanEvent = {
      type: 'deployment.flag_set',
      step: 0,
      flag,
      percent: 25,
      evidence: {},
    };
    const gone: PlanEvent = { type: 'deployment.flag_restored', flag, percent: null, evidence: {} };
    const deployment = lived(begun([{ kind: 'set_flag', flag, percent: 25 }]), 3_000, setting);
    expect(frameOf(deployment)).toContain(
      '  flag ff_api      █████░░░░░░░░░░░░░░░ 25% (before: no such flag), being set',
    );
    expect(shown(lived(deployment, 4_000, set))).toContain(
      'flag       ff_api 25% (before: no such flag)\n',
    );
    expect(shown(lived(deployment, 4_000, gone))).toContain(
      'flag       ff_api gone (before: no such flag)\n',
    );
    const found = 'switched off';
    const step = { type: 'deployment.flag_changed', step: 0, flag, before: null } as const;
    const changed = lived(deployment, 4_000, { ...step, found, mark: 'm' });
    expect(shown(changed)).toContain('flag       ff_api switched off, by somebody else\n');
    const back = { type: 'deployment.rollback_started', reason: 'x', cause: 'request' } as const;
    const left: PlanEvent = { type: 'deployment.flag_left', flag, found };
    expect(shown(lived(changed, 5_000, back, left))).toContain(
      'flag       ff_api as somebody else left it\n',
    );
  });
});

describe('steps', () => {
  it('say how long a gate is open, and how long it still is', () => {
    const deployment = lived(begun([GATE, deploy(1)]), 3_000, REACHED);
    expect(frameOf(deployment)[1]).toMatch(
      /^ {2}step 1 gate {6}█{10}░{10} open for 7s, 43s left: promote dep_/,
    );
    const endless = lived(begun([GATE]), 3_000, { ...REACHED, until: null });
    expect(frameOf(endless)[1]).toContain('open for 7s: promote dep_');
  });

  it('say when what failed in passing is tried again', () => {
    const failed: PlanEvent = {
      type: 'deployment.step_retried',
      step: 0,
      error: 'away',
      attempt: 2,
      retryAt: 12_000,
    };
    expect(frameOf(lived(begun([shift]), 3_000, failed))[1]).toContain('failed 2×, again in 2s');
  });

  it('are those that are carried out, and stay where a failed deployment stopped', () => {
    const started: PlanEvent = { ...STARTED, replanned: [deploy(1), shift] } as PlanEvent;
    const deployment = lived(planned([deploy(1)]), 2_000, APPROVED, started);
    expect(frameOf(deployment)[2]).toContain('step 2 shift');
    expect(written((out) => writePlan(out, deployment))).toContain('  2  shift   10% to web-1');
    const stopped = lived(deployment, 3_000, {
      type: 'deployment.failed',
      reason: 'halted',
      stoppedAt: 1,
    });
    expect(frameOf(stopped)[1]).toContain('step 1 deploy    ████████████████████');
  });

  it('count targets whose old version is gone', () => {
    const retiring: PlanEvent = {
      type: 'deployment.target_retiring',
      target: web(1),
      fence: 1,
      worker: 'w',
    };
    const retired: PlanEvent = { type: 'deployment.target_retired', target: web(1), evidence: {} };
    const step: Step = { kind: 'retire', targets: [web(1), web(2)] };
    const frame = frameOf(lived(begun([step]), 3_000, retiring, retired));
    expect(frame[1]).toContain('step 1 retire    ██████████░░░░░░░░░░');
    expect(frame.join('\n')).toContain('██ retired');
  });
});

describe('what holds it', () => {
  it('stands under the title before it begins, and in show', () => {
    const hold = {
      kind: 'window',
      reason: 'outside its windows',
      until: 60_000,
      liftedBy: 'an override',
    } as const;
    const held = lived(planned([deploy(1)]), 2_000, APPROVED, { type: 'deployment.held', hold });
    const text =
      'outside its windows, since 1970-01-01 00:00:02Z, until 1970-01-01 00:01:00Z; lifted by an override';
    expect(progressFrame(held, NOW).map((parts) => line(parts, null, plain))[1]).toBe(
      `  held: ${text}`,
    );
    expect(shown(held)).toContain(`held       ${text}\n`);
    expect(shown({ ...held, trigger: 'automation' })).toContain(' by tester, by a rule\n');
  });
});

describe('analyses', () => {
  const spec = analysis([rate({ minSamples: 1 }), threshold({ noData: 'inconclusive' })], {
    count: 1,
  });
  const progress = after(spec, [{ errors: [counts(60, 1_000), counts(10, 1_000)], cpu: [noData] }]);
  const step: Step = {
    kind: 'analyze',
    analysis: 'health',
    mode: 'background',
    targets: [],
    baseline: [],
  };
  const measuring = lived(begun([step], {}, { analyses: [spec] }), 3_000, {
    type: 'deployment.analysis_started',
    step: 0,
    analysis: 'health',
    mode: 'background',
    progress,
  });
  const report = judgeAnalysis(spec, progress, { at: 9, final: true });
  const judged = lived(measuring, 4_000, {
    type: 'deployment.analyzed',
    step: 0,
    analysis: 'health',
    report,
  });

  it('are drawn by their rounds with what is said of them now', () => {
    const open = analysis([threshold()]);
    const some = after(open, [{ cpu: [values(1)] }]);
    const running = { ...measuring, plan: { ...measuring.plan, analyses: [open] } };
    const [first] = Object.values(measuring.analyses);
    const deployment = {
      ...running,
      analyses: { 0: { ...first, progress: some } },
    } as Deployment;
    expect(frameOf(deployment)[2]).toMatch(
      /^ {2}analysis health +█████░{15} running: round 1 of 4: cpu /,
    );
    expect(shown(deployment)).toContain(
      'analysis health (step 1, in the background) running after 1 of 4 rounds, not concluded: ',
    );
  });

  it('are shown with n, estimate, interval, effect and the reason of each metric', () => {
    const text = shown(judged);
    expect(text).toContain(
      'analysis health (step 1, in the background) unhealthy after 1 of 1 rounds: ',
    );
    expect(text).toMatch(/\nmetric {2}verdict +n +estimate +interval +effect +p\n/);
    expect(text).toMatch(
      /\nerrors {2}unhealthy +1000 vs 1000 {2}0\.05 +0\.0\d+ to 0\.0\d+ \(97\.5%\) {2}relative risk 6 +\d/,
    );
    expect(text).toMatch(/\ncpu +inconclusive {2}0 +- +- +- +-\n/);
    expect(text).toMatch(/\n {2}errors: /);
    expect(text).toMatch(/\n {2}cpu: no data: /);
  });

  it('stay within a terminal together with many targets', () => {
    const many = Array.from({ length: 40 }, (_, n) => web(n + 1));
    const targets = many.map((id) => ({ id, name: id, address: '', metadata: {} }));
    const deployment = { ...judged, plan: { ...judged.plan, targets } };
    const frame = frameOf(deployment);
    expect(frame.length).toBeLessThan(24);
    for (const text of frame) expect(columnsOf(text)).toBeLessThanOrEqual(100);
  });
});
