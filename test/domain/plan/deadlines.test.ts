import { describe, expect, test } from 'vitest';
import { targetId } from '../../../src/domain/model/ids.js';
import {
  deadlineReason,
  deadlinesOf,
  lastProgress,
  missedDeadline,
} from '../../../src/domain/plan/deadlines.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../../src/domain/plan/fold/evolve.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { after, web } from '../../support/fixtures.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import * as give from './commands.js';
import { atStep, inStatus, withSteps } from './states.js';

const policy = { deadline: 100_000, progressDeadline: 30_000 };
/** Begun at 2,000, as all fixtures are. */
const begun = inStatus('executing', { policy });
const happened = (deployment: Deployment, event: PlanEvent, at: number): Deployment =>
  evolve(deployment, { sequence: deployment.revision + 1, at, actor: 'tester', event });
const progressDue = (deployment: Deployment): number | undefined =>
  deadlinesOf(deployment).find(({ kind }) => kind === 'progress_deadline')?.at;

const unconfigured = {
  kind: 'configuration',
  reason: 'no worker is configured for production/api',
  until: null,
  liftedBy: 'a worker that is configured for it',
} as const;
const draining: PlanEvent = {
  type: 'deployment.target_draining',
  ...{ target: targetId('web-1'), fence: 1, worker: 'worker-1' },
};

describe('the deadline', () => {
  test('counts from the start, and not the waits of the plan or the time it was held', () => {
    expect(deadlinesOf(begun)[0]).toEqual({ kind: 'deadline', at: 102_000 });
    const { forecast } = begun.plan;
    const slow = {
      ...begun,
      plan: { ...begun.plan, forecast: { ...forecast, waitMs: 5, analysisMs: 7 } },
    };
    const held = { ...slow, progress: { ...slow.progress, heldMs: 1_000 } };

    expect(deadlinesOf(held)[0]?.at).toBe(103_012);
  });

  test('of a rollback counts from its beginning', () => {
    const back = inStatus('rolling_back', { policy });

    expect(deadlinesOf(back)).toEqual([{ kind: 'rollback_deadline', at: 102_000 }]);
  });

  test('runs neither before the start, nor paused, nor after the end', () => {
    for (const status of ['draft', 'approved', 'paused', 'completed', 'failed'] as const) {
      expect(deadlinesOf(inStatus(status, { policy }))).toEqual([]);
    }
  });

  test('does not run while no worker is configured for the service, forwards or back', () => {
    for (const status of ['executing', 'verifying', 'rolling_back'] as const) {
      const before = inStatus(status, { policy });
      const held = happened(before, { type: 'deployment.held', hold: unconfigured }, 10_000);
      expect(deadlinesOf(held)).toEqual([]);
    }
    // Somebody's order meanwhile does not end it.
    const held = happened(begun, { type: 'deployment.held', hold: unconfigured }, 10_000);
    const promoted = happened(
      held,
      { type: 'deployment.promoted', step: 0, by: 'ann', all: true },
      11_000,
    );
    expect(deadlinesOf(promoted)).toEqual([]);
  });

  test('counts on from there when a worker takes it up', () => {
    const held = happened(begun, { type: 'deployment.held', hold: unconfigured }, 10_000);
    const on = happened(held, draining, 60_000);
    expect(deadlinesOf(on)[0]?.at).toBe(152_000);
    expect(progressDue(on)).toBe((progressDue(begun) ?? 0) + 50_000);

    const back = inStatus('rolling_back', { policy });
    const heldBack = happened(back, { type: 'deployment.held', hold: unconfigured }, 10_000);
    expect(deadlinesOf(happened(heldBack, draining, 60_000))[0]?.at).toBe(152_000);
  });

  test('counts what was held at a gate once, when the gate is passed', () => {
    const atGate = inStatus('executing', { policy });
    if (atGate.state.status !== 'executing') throw new Error(atGate.state.status);
    const gate = { name: 'look', since: 5_000, until: null };
    const standing = { ...atGate, state: { ...atGate.state, gate } } as Deployment;
    const held = happened(standing, { type: 'deployment.held', hold: unconfigured }, 10_000);
    const on = happened(held, draining, 60_000);
    expect(on.progress).toMatchObject({ hold: null, heldMs: 0 });
  });

  test('is missed once it has passed, the first of several first', () => {
    expect(missedDeadline(begun, 32_000)).toBeUndefined();
    const missed = missedDeadline(begun, 32_001);
    expect(missed?.kind).toBe('progress_deadline');
    expect(missed && deadlineReason(missed)).toBe('progress deadline passed');
    expect(deadlineReason({ kind: 'deadline', at: 1 })).toBe('deadline passed');
  });
});

describe('the progress deadline', () => {
  const updated: PlanEvent = { type: 'deployment.target_updated', target: web(1), evidence: {} };

  test('counts from the furthest it ever came', () => {
    const further = happened(begun, updated, 20_000);
    expect(progressDue(further)).toBe(50_000);
    expect(
      progressDue(happened(further, { type: 'deployment.step_completed', step: 0 }, 21_000)),
    ).toBe(51_000);
  });

  test('is not put off by a target that comes and goes', () => {
    const further = happened(begun, updated, 20_000);
    const gone = happened(
      further,
      {
        ...{ type: 'deployment.target_failed', target: web(1), error: 'x' },
        ...{ evidence: null, cause: 'call' },
      },
      25_000,
    );
    const back = happened(gone, updated, 28_000);

    expect(progressDue(back)).toBe(50_000);
  });

  test('does not run through a wait, and does through repetitions of a step', () => {
    const waiting = after(begun, give.wait(0, 60_000));
    expect(progressDue(waiting)).toBe(90_000);
    const failing = after(
      atStep({ kind: 'set_flag', flag: 'f', percent: 1 }, { policy }),
      give.failStep('x', true, 30_000),
    );
    expect(failing.state).toMatchObject({ attempts: 1 });
    expect(progressDue(failing)).toBe(32_000);
  });

  test('does not run while paused, whatever was the last progress', () => {
    const paused = happened(begun, { type: 'deployment.paused', reason: 'lunch' }, 12_000);
    expect(progressDue(happened(paused, { type: 'deployment.resumed' }, 512_000))).toBe(532_000);

    const waiting = after(begun, give.wait(0, 60_000));
    const slept = happened(waiting, { type: 'deployment.paused', reason: 'lunch' }, 12_000);
    const awake = happened(slept, { type: 'deployment.resumed' }, 112_000);
    expect(progressDue(awake)).toBe(142_000);
  });

  test('counts from nothing where a record says neither start nor progress', () => {
    const bare = { ...begun, startedAt: null, progress: { ...begun.progress, progressAt: null } };
    const { state } = begun;
    if (state.status !== 'executing') throw new Error(state.status);

    expect(lastProgress(bare, state)).toBe(0);
  });

  test('is not moved by a resumption of what was not paused', () => {
    expect(progressDue(happened(begun, { type: 'deployment.resumed' }, 50_000))).toBe(32_000);
  });

  test('runs on from the last look of a verification', () => {
    const verifying = inStatus('verifying', { policy });
    expect(progressDue(verifying)).toBe(32_000);
    expect(progressDue(after(verifying, give.judge('unknown', 6_000)))).toBe(41_000);
  });
});

describe('an analysis', () => {
  const step = (mode: 'inline' | 'background'): Step => ({
    ...{ kind: 'analyze', analysis: 'errors', mode },
    targets: [targetId('web-1')],
    baseline: [],
  });
  const { initialDelay, interval } = anAnalysis('errors');

  test('that the deployment waits for is progress until its next measurement', () => {
    const started = after(atStep(step('inline'), { policy }), give.startAnalysis(0, 40_000));
    expect(progressDue(started)).toBe(40_000 + initialDelay + interval + 30_000);
    const measured = after(started, give.measure(1, 0, 50_000));
    expect(progressDue(measured)).toBe(50_000 + interval + 30_000);
    const last = after(measured, give.measure(2, 0, 60_000), give.measure(3, 0, 70_000));
    expect(progressDue(last)).toBe(100_000);
  });

  test('in the background is progress where the deployment waits for its rounds', () => {
    const measuring: Step = { kind: 'measure', analyses: ['errors'], until: 'rounds' };
    const measuringNow = after(
      withSteps(inStatus('executing', { policy }), step('background'), measuring),
      give.startAnalysis(0, 40_000, 'background'),
      give.completeStep(0),
    );
    expect(progressDue(measuringNow)).toBe(40_000 + initialDelay + interval + 30_000);
    const measured = after(measuringNow, give.measure(1, 0, 50_000));
    expect(progressDue(measured)).toBe(50_000 + interval + 30_000);
  });

  test('in the background is none, and neither is one that has not begun', () => {
    const started = after(
      atStep(step('background'), { policy }),
      give.startAnalysis(0, 40_000, 'background'),
    );
    expect(progressDue(after(started, give.measure(1, 0, 50_000)))).toBe(32_000);
    expect(progressDue(atStep(step('inline'), { policy }))).toBe(32_000);
  });

  test('that the plan does not know is progress up to its last measurement', () => {
    const started = after(atStep(step('inline'), { policy }), give.startAnalysis(0, 40_000));
    const unknown = { ...started, plan: { ...started.plan, analyses: [] } };

    expect(progressDue(unknown)).toBe(32_000);
    expect(progressDue(after(unknown, give.measure(1, 0, 50_000)))).toBe(80_000);
  });
});
