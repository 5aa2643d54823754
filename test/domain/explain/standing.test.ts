import { describe, expect, test } from 'vitest';
import { analysisStandings } from '../../../src/domain/explain/analysis-standing.js';
import { standingHold } from '../../../src/domain/explain/standing-hold.js';
import { beginAnalysis } from '../../../src/domain/model/deployment/analysis-progress.js';
import { judgeAnalysis } from '../../../src/domain/analysis/judge-analysis.js';
import type { Hold } from '../../../src/domain/model/hold.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import { after, analysis, threshold, values } from '../analysis/analysis-fixtures.js';
import { APPROVED, deploy, lived, planned, REACHED, STARTED } from './standing.js';

describe('the hold that is known from the deployment alone', () => {
  const approved = lived(planned([deploy(1)]), 2_000, APPROVED);
  const held = (hold: Hold) => lived(approved, 3_000, { type: 'deployment.held', hold });

  test('is the one it was last told of, with the command that lifts it where there is one', () => {
    const window: Hold = { kind: 'window', reason: 'outside', until: 9_000, liftedBy: 'override' };
    expect(standingHold(held(window))).toEqual({
      ...window,
      since: 3_000,
      command: `signalbox override ${approved.id} --reason …`,
    });
    expect(standingHold(held({ ...window, kind: 'freeze' }))?.command).toContain('override');
    expect(standingHold(held({ ...window, kind: 'limit' }))?.command).toBeNull();
    expect(standingHold(approved)).toBeNull();
    expect(standingHold(planned([deploy(1)]))).toBeNull();
  });

  test('is the gate or the pause it stands at', () => {
    const started = lived(approved, 3_000, STARTED);
    const reached: PlanEvent = {
      type: 'deployment.gate_reached',
      step: 0,
      name: 'qa',
      until: null,
    };
    expect(standingHold(started)).toBeNull();
    expect(standingHold(lived(started, 4_000, reached))).toMatchObject({
      kind: 'gate',
      since: 4_000,
    });
    const paused = lived(started, 5_000, { type: 'deployment.paused', reason: 'look' });
    expect(standingHold(paused)).toMatchObject({ kind: 'pause', since: 5_000 });
  });
});

describe('what the world keeps it from', () => {
  const capacity: Hold = {
    ...{ kind: 'capacity', reason: 'too few targets serve', until: null },
    liftedBy: 'targets that serve again',
  };
  const held: PlanEvent = { type: 'deployment.held', hold: capacity };
  const started = lived(planned([deploy(1)]), 2_000, APPROVED, STARTED);

  test('stands while it is carried out, and while it goes back', () => {
    const back: PlanEvent = { type: 'deployment.rollback_started', reason: 'x', cause: 'request' };

    for (const deployment of [started, lived(started, 3_000, back)]) {
      expect(standingHold(lived(deployment, 4_000, held))).toEqual({
        ...{ ...capacity, since: 4_000, command: null },
      });
    }
  });

  test('is not what a gate, a pause or an end is told for', () => {
    const waits = lived(started, 4_000, held);
    expect(standingHold(lived(waits, 5_000, REACHED))).toMatchObject({ kind: 'gate' });
    const paused = lived(waits, 5_000, { type: 'deployment.paused', reason: 'look' });
    expect(standingHold(paused)).toMatchObject({ kind: 'pause' });
    const ended = lived(waits, 5_000, { type: 'deployment.failed', reason: 'late' });
    expect(standingHold(ended)).toBeNull();
  });
});

describe('analyses as they stand', () => {
  const spec = analysis([threshold()]);
  const begun = (step: number): PlanEvent => ({
    type: 'deployment.analysis_started',
    step,
    analysis: 'health',
    mode: 'background',
    progress: step === 1 ? after(spec, [{ cpu: [values(10)] }]) : beginAnalysis(spec, 500),
  });
  const deployment = lived(planned([], {}, { analyses: [spec] }), 2_000, begun(3), begun(1));

  test('come in the order of their steps, with what would be said of them now', () => {
    expect(analysisStandings(deployment)).toMatchObject([
      { step: 1, rounds: 1, of: 4, nextAt: 20_000, lastAt: 40_000, concluded: false },
      { step: 3, rounds: 0, of: 4, nextAt: 10_500, lastAt: 40_500, startedAt: 500 },
    ]);
    expect(analysisStandings(deployment)[0]?.report).toMatchObject({
      verdict: 'running',
      at: 10_000,
    });
  });

  test('keep their report, once there is one', () => {
    const progress = after(spec, [{ cpu: [values(99)] }]);
    const report = judgeAnalysis(spec, progress, { at: 9, final: true });
    const judged = lived(deployment, 3_000, {
      type: 'deployment.analyzed',
      step: 1,
      analysis: 'health',
      report,
    });
    expect(analysisStandings(judged)[0]).toMatchObject({
      concluded: true,
      nextAt: null,
      lastAt: null,
      report: { verdict: 'unhealthy' },
    });
  });
});
