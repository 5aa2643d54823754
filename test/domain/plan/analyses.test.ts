import { describe, expect, test } from 'vitest';
import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';
import { targetId } from '../../../src/domain/model/ids.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { after, eventsOf, fold } from '../../support/fixtures.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import * as give from './commands.js';
import { atStep } from './states.js';

const step = (mode: 'inline' | 'background'): Step => ({
  ...{ kind: 'analyze', analysis: 'errors', mode },
  targets: [targetId('web-1')],
  baseline: [],
});
const hold = { policy: { onFailure: 'hold' } } as const;

function analysing(
  onInconclusive: AnalysisSpec['onInconclusive'] = 'pause',
  mode: 'inline' | 'background' = 'inline',
): Deployment {
  const deployment = atStep(step(mode), hold);
  const analyses = [{ ...anAnalysis('errors'), onInconclusive }];
  return after(
    { ...deployment, plan: { ...deployment.plan, analyses } },
    give.startAnalysis(0, 5_000, mode),
  );
}

describe('an analysis', () => {
  test('begins once, and counts each round once', () => {
    const begun = analysing();
    expect(give.isLate(begun, give.startAnalysis(0, 9_000))).toBe(true);
    const measured = after(begun, give.measure(1));

    expect(measured.analyses[0]).toMatchObject({ progress: { rounds: 1, lastRoundAt: 6_000 } });
    expect(give.isLate(measured, give.measure(1))).toBe(true);
  });

  test('inline is complete with its verdict, in the background at once', () => {
    expect(give.isLate(analysing(), give.completeStep(0))).toBe(true);
    const judged = after(analysing(), give.concludeAnalysis('healthy'));
    expect(after(judged, give.completeStep(0)).state).toMatchObject({ step: 1 });
    expect(after(analysing('pause', 'background'), give.completeStep(0)).state).toMatchObject({
      step: 1,
    });
  });

  test('that learns nothing pauses where the plan does not say what then', () => {
    const begun = analysing('fail');
    const unsaid = { ...begun, plan: { ...begun.plan, analyses: [] } };

    expect(after(unsaid, give.concludeAnalysis('inconclusive')).state.status).toBe('paused');
  });

  test('that speaks against the version fails the deployment', () => {
    const failed = after(analysing(), give.concludeAnalysis('unhealthy'));

    expect(failed.state).toMatchObject({
      status: 'failed',
      reason: 'analysis errors: it is unhealthy',
    });
    expect(eventsOf(failed, give.concludeAnalysis('unhealthy'))).toEqual([]);
  });

  test.each([
    ['pause', { status: 'paused', reason: 'analysis errors: it is inconclusive' }],
    ['fail', { status: 'failed', reason: 'analysis errors: it is inconclusive' }],
    ['pass', { status: 'executing', step: 0 }],
  ] as const)('that says nothing does what it is told: %s', (what, state) => {
    expect(after(analysing(what), give.concludeAnalysis('inconclusive')).state).toMatchObject(
      state,
    );
  });

  test('that said nothing is passed by whoever resumes', () => {
    const paused = after(analysing(), give.concludeAnalysis('inconclusive'));

    expect(after(paused, give.resume, give.completeStep(0)).state).toMatchObject({ step: 1 });
  });

  test('is over with its verdict', () => {
    const judged = after(analysing(), give.concludeAnalysis('healthy'));

    expect(give.isLate(judged, give.measure(1))).toBe(true);
    expect(eventsOf(judged, give.concludeAnalysis('unhealthy'))).toEqual([]);
  });

  test('begins only at its step, and is nothing before it began', () => {
    const wait = atStep({ kind: 'wait', ms: 1 });
    for (const said of [give.startAnalysis(1), give.measure(), give.concludeAnalysis()]) {
      expect(give.isLate(wait, said)).toBe(true);
    }
  });

  test('events about one that is not there change nothing', () => {
    const wait = atStep({ kind: 'wait', ms: 1 });
    const [event] = eventsOf(analysing(), give.measure(1));
    if (event === undefined) throw new Error('nothing was measured');

    expect(fold(wait, [event]).analyses).toEqual({});
  });
});

describe('a retry', () => {
  const retried = (mode: 'inline' | 'background', verdict: 'healthy' | 'unhealthy' | null) => {
    const measured = after(analysing('pause', mode), give.measure(1));
    const judged = verdict === null ? measured : after(measured, give.concludeAnalysis(verdict));
    const failed = judged.state.status === 'failed' ? judged : after(judged, give.halt);
    return after(failed, give.retry).analyses;
  };

  test('measures anew what spoke against it: inline when it comes there, in the background from now on', () => {
    expect(retried('inline', 'unhealthy')).toEqual({});
    expect(retried('inline', null)).toEqual({});
    expect(retried('background', 'unhealthy')).toMatchObject({
      0: { report: null, progress: { rounds: 0, startedAt: 2_000 } },
    });
    expect(retried('background', null)).toMatchObject({ 0: { progress: { rounds: 0 } } });
  });

  test('leaves what spoke for it', () => {
    expect(retried('background', 'healthy')).toMatchObject({
      0: { report: { verdict: 'healthy' } },
    });
  });

  test('drops one in the background that the plan does not know', () => {
    const failed = after(analysing('pause', 'background'), give.halt);
    const unknown = { ...failed, plan: { ...failed.plan, analyses: [] } };

    expect(after(unknown, give.retry).analyses).toEqual({});
  });
});
