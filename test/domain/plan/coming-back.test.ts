import { describe, expect, test } from 'vitest';
import {
  deployedTargets,
  type Deployment,
  stepsOf,
  progressMap,
} from '../../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../../src/domain/plan/fold/evolve.js';
import type { Step, TargetGroup } from '../../../src/domain/model/plan/step.js';
import { PENDING } from '../../../src/domain/model/target.js';
import { after, refusalOf, web } from '../../support/fixtures.js';
import * as give from './commands.js';
import { atStep, inStatus } from './states.js';
import { sameShares } from '../../../src/domain/model/traffic-shares.js';

const tolerance = { failures: 0, of: 'plan' } as const;
const deploy = (...targets: TargetGroup): Step => ({ kind: 'deploy', targets, tolerance });

describe('a target that others can not do without', () => {
  const back = after(inStatus('executing'), give.updateTarget(web(1)), give.rollback());

  test('is left as it is, and known to run what it runs', () => {
    const left = after(back, give.failRestore(web(1), 'left as it is'));
    expect(left.targets.get(web(1))).toMatchObject({ state: 'restore_failed', version: '1.0.0' });
    expect(give.isLate(left, give.failRestore(web(1)))).toBe(true);

    const ended = after(left, give.finishRollback());
    expect(after(ended, give.rollback()).targets.get(web(1))).toMatchObject({
      state: 'updated',
    });
  });

  test('that broke on the way back is tried again as what failed', () => {
    const broken = after(
      back,
      give.startRestore(web(1)),
      give.failRestore(web(1)),
      give.finishRollback(),
    );

    expect(after(broken, give.rollback()).targets.get(web(1))).toMatchObject({
      state: 'failed',
    });
  });
});

describe('what went no further than traffic and flags', () => {
  const nothing = after(inStatus('executing'), give.halt);
  const untouched: Deployment = { ...nothing, targets: progressMap(nothing.plan) };
  const withProgress = (progress: Partial<Deployment['progress']>): Deployment => ({
    ...untouched,
    progress: { ...untouched.progress, ...progress },
  });
  const traffic = { before: give.BEFORE, now: give.SHIFTED, settled: true };

  test('can be rolled back, where any of it is not as it was', () => {
    const moved = [
      withProgress({ traffic }),
      withProgress({ traffic: { ...traffic, now: give.BEFORE, settled: false } }),
      withProgress({ flags: { f: { before: null, now: 10, settled: true } } }),
      withProgress({ flags: { f: { before: 10, now: 10, settled: false } } }),
    ];
    for (const deployment of moved) {
      expect(after(deployment, give.rollback()).state.status).toBe('rolling_back');
    }
  });

  test('is refused where all is as it was', () => {
    for (const deployment of [
      untouched,
      withProgress({ traffic: { ...traffic, now: { ...give.BEFORE, 'web-3': 0 } } }),
      withProgress({ flags: { f: { before: 10, now: 10, settled: true } } }),
    ]) {
      expect(refusalOf(deployment, give.rollback())).toContain('nothing to roll back');
    }
  });

  test('shares are the same where who is not named gets nothing', () => {
    expect(sameShares({ a: 1 }, { a: 1, b: 0 })).toBe(true);
    expect(sameShares({ b: 0, a: 1 }, { a: 1 })).toBe(true);
    expect(sameShares({ a: 1 }, { b: 1 })).toBe(false);
  });
});

describe('a deployment that is carried out otherwise than planned', () => {
  const steps: Step[] = [{ kind: 'wait', ms: 1 }, deploy(web(2))];
  const begun = after(inStatus('approved'), { ...give.beginFirst, replanned: steps });

  test('goes by the steps that it began with', () => {
    expect(stepsOf(begun)).toEqual(steps);
    expect(deployedTargets(begun)).toEqual([web(2)]);
  });

  test('goes by them after a retry too', () => {
    const again = after(begun, give.halt, give.retry, give.beginFirst);

    expect(stepsOf(again)).toEqual(steps);
  });
});

describe('a target with a deadline of its own', () => {
  const late = { policy: { targetDeadline: 10_000, retries: 5 } };

  test('is not tried again once that has passed, however often it was tried', () => {
    const inTime = after(
      inStatus('executing', late),
      give.failTarget(web(1), 'slow', true, 12_000),
    );
    expect(inTime.targets.get(web(1))).toMatchObject({ state: 'started' });

    const again = after(inTime, give.startTarget(web(1), 2));
    expect(again.targets.get(web(1))).toMatchObject({ since: 2_000 });
    const failed = after(again, give.failTarget(web(1), 'slow', true, 12_001));
    expect(failed.targets.get(web(1))).toMatchObject({ state: 'failed', error: 'slow' });
  });

  test('written by an older version counts from its failure', () => {
    const started = inStatus('executing', late);
    const { since: _since, ...progress } = started.targets.get(web(1)) ?? { since: 0 };
    const old = { ...started, targets: started.targets.with(web(1), progress as never) };

    expect(
      after(old, give.failTarget(web(1), 'x', true, 99_000)).targets.get(web(1)),
    ).toMatchObject({
      state: 'started',
    });
    expect(after(old, give.startTarget(web(1), 2)).targets.get(web(1))).toMatchObject({
      since: 2_000,
    });
  });
});

describe('events in states that they do not belong to', () => {
  const told = (deployment: Deployment, event: Parameters<typeof evolve>[1]['event']) =>
    evolve(deployment, { sequence: 99, at: 5_000, actor: 'x', event }).state;

  test('change no state', () => {
    const done = inStatus('completed');
    expect(
      told(done, { type: 'deployment.restore_retried', error: 'x', attempt: 1, retryAt: 9 }),
    ).toEqual(done.state);
  });

  test('a second look that comes first counts as the first', () => {
    const verification = give.aVerification('unknown');
    expect(
      told(inStatus('executing'), { type: 'deployment.inconclusive', verification, retryAt: 9 }),
    ).toMatchObject({ attempt: 1 });
  });

  test('a start that nothing led to begins with the first step', () => {
    const from = { previous: null, declared: null, shares: null };
    expect(told(inStatus('draft'), { type: 'deployment.started', ...from })).toMatchObject({
      step: 0,
    });
  });

  test('a retry leaves what did not fail', () => {
    const halted = after(atStep(deploy(web(1))), give.updateTarget(web(1)), give.halt);

    expect(after(halted, give.retry).targets.get(web(1))?.state).toBe('updated');
    const old = halted.targets.with(web(1), { ...PENDING, state: 'failed' });
    expect(after({ ...halted, targets: old }, give.retry).targets.get(web(1))).toMatchObject({
      state: 'pending',
    });
  });
});
