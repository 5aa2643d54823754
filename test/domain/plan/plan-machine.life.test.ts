import { describe, expect, test } from 'vitest';
import { resultOf } from '../../../src/domain/plan/result/deployment-result.js';
import { aDeployment, after, eventsOf, web } from '../../support/fixtures.js';
import * as give from './commands.js';
import { inStatus, wholeLife } from './states.js';

describe('a deployment', () => {
  test('goes from plan to completion, and says at each step where it is', () => {
    const states = wholeLife.map((_, at) => {
      const { state } = after(aDeployment(), ...wholeLife.slice(0, at + 1));
      return state.status === 'executing' ? `executing ${state.step}` : state.status;
    });

    expect(states).toEqual([
      'approved',
      'executing 0',
      'executing 0',
      'executing 0',
      'executing 1',
      'executing 1',
      'executing 1',
      'verifying',
      'completed',
    ]);
  });

  test('knows what it did to each target, and when it began and ended', () => {
    const done = after(aDeployment(), ...wholeLife);

    expect(done.targets.get(web(1))).toEqual({
      state: 'updated',
      version: '1.0.0',
      attempts: 0,
      retryAt: null,
      fence: 1,
      worker: 'w1',
      calledAt: 2_000,
      since: 2_000,
      error: null,
      evidence: { shown: true },
    });
    expect(done).toMatchObject({
      succeeded: true,
      startedAt: 2_000,
      endedAt: 2_000,
      previous: { version: '0.9.0' },
      health: { status: 'healthy' },
    });
    expect(resultOf(done)).toMatchObject({ success: true, targetsUpdated: 2, targetsFailed: 0 });
  });

  test('completes while it is only degraded, and keeps what was seen', () => {
    const verifying = inStatus('verifying');

    expect(after(verifying, give.judge('degraded'))).toMatchObject({
      state: { status: 'completed' },
      health: { status: 'degraded' },
    });
  });

  test('rolls back when verification finds it unhealthy, and says why', () => {
    expect(after(inStatus('verifying'), give.judge('unhealthy')).state).toEqual({
      status: 'rolling_back',
      reason: 'verification failed: it is unhealthy',
      cause: 'failure',
      since: 2_000,
    });
  });

  test('looks again twice when nothing could be learnt, then takes that for a failure', () => {
    const once = after(inStatus('verifying'), give.judge('unknown', 6_000));
    const twice = after(once, give.judge('unknown', 11_000));
    const thrice = after(twice, give.judge('unknown', 16_000));

    expect(once.state).toEqual({ status: 'verifying', attempt: 1, waitUntil: 11_000 });
    expect(twice.state).toEqual({ status: 'verifying', attempt: 2, waitUntil: 16_000 });
    expect(thrice.state).toMatchObject({
      status: 'rolling_back',
      reason: 'verification was inconclusive: it is unknown',
    });
  });

  test('completes when a second look finds it well', () => {
    const again = after(
      inStatus('verifying'),
      give.judge('unknown', 6_000),
      give.judge('healthy', 11_000),
    );

    expect(again.state).toEqual({ status: 'completed' });
  });

  test('is back on the previous version once every touched target is', () => {
    const back = after(
      inStatus('rolling_back'),
      give.startRestore(web(1)),
      give.restoreTarget(web(1)),
      give.finishRollback(),
    );

    expect(back.state).toEqual({ status: 'rolled_back', reason: 'enough' });
    expect(back.targets.get(web(1))).toMatchObject({ state: 'restored', version: '0.9.0' });
    expect(back.endedAt).toBe(2_000);
  });

  test('waits where its plan waits, and only as long', () => {
    const waiting = after(
      aDeployment({ strategy: { kind: 'rolling', delay: 60_000 } }),
      give.approve,
      give.begin,
      give.startTarget(web(1)),
      give.updateTarget(web(1)),
      give.completeStep(0),
      give.wait(1, 62_000),
    );

    expect(waiting.state).toEqual({ status: 'executing', step: 1, waitUntil: 62_000 });
    for (const step of [0, 1, 2]) {
      expect(give.isLate(waiting, give.wait(step, 99_000))).toBe(true);
    }
    expect(after(waiting, give.completeStep(1)).state).toEqual({
      status: 'executing',
      step: 2,
      waitUntil: null,
    });
  });
});

describe('pausing', () => {
  test.each(['executing', 'verifying'] as const)('%s goes on just where it was', (status) => {
    const running = inStatus(status);
    const paused = after(running, give.pause);

    expect(paused.state).toEqual({
      status: 'paused',
      from: running.state,
      reason: 'lunch',
      since: 2_000,
    });
    expect(after(paused, give.resume).state).toEqual(running.state);
  });

  test('takes in what a call that was under way came to', () => {
    const paused = inStatus('paused');

    expect(after(paused, give.updateTarget(web(1))).targets.get(web(1))?.state).toBe('updated');
    expect(after(paused, give.failTarget(web(1))).targets.get(web(1))?.state).toBe('failed');
    expect(after(paused, give.updateTarget(web(1))).state.status).toBe('paused');
  });
});

describe('steps', () => {
  test('cannot be skipped, and are complete only once all is done', () => {
    const executing = inStatus('executing');

    expect(give.isLate(executing, give.completeStep(1))).toBe(true);
    expect(give.isLate(executing, give.completeStep(0))).toBe(true);
    const updated = after(executing, give.updateTarget(web(1)));
    expect(after(updated, give.completeStep(0)).state).toMatchObject({ step: 1 });
  });

  test('beyond the last there is none to complete', () => {
    const executing = inStatus('executing');
    const beyond = { ...executing, state: { ...executing.state, step: 9 } } as typeof executing;

    expect(give.isLate(beyond, give.completeStep(9))).toBe(true);
  });

  test('a takeover with a higher fence starts a target again, a finished one is left alone', () => {
    const executing = inStatus('executing');

    expect(eventsOf(executing, give.startTarget(web(1), 2))).toMatchObject([{ fence: 2 }]);
    for (const end of [give.updateTarget(web(1)), give.failTarget(web(1))]) {
      expect(give.isLate(after(executing, end), give.startTarget(web(1), 2))).toBe(true);
    }
  });

  test('of a target that was never called nobody can say that it took the version', () => {
    expect(give.isLate(inStatus('executing'), give.updateTarget(web(2)))).toBe(true);
  });

  test('are not verified before the last is done', () => {
    expect(give.isLate(inStatus('executing'), give.judge('healthy'))).toBe(true);
    expect(after(inStatus('executing'), give.fail()).state.status).toBe('rolling_back');
  });
});
