import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { after, eventsOf } from '../../support/fixtures.js';
import * as give from './commands.js';
import { atStep, inStatus } from './states.js';

const shift: Step = { kind: 'shift', to: ['web-2' as never], from: [], percent: 100 };
const flag = (percent: number): Step => ({ kind: 'set_flag', flag: 'f', percent });
const policy = { retries: 2, retryDelay: 1_000 };

describe('a shift of traffic', () => {
  test('is announced with what it was before, and settled by the word of the router', () => {
    const begun = after(atStep(shift), give.startShift());
    expect(begun.progress.traffic).toEqual({
      before: give.BEFORE,
      now: give.SHIFTED,
      settled: false,
    });

    const done = after(begun, give.finishShift());
    expect(done.progress.traffic).toMatchObject({ now: give.SHIFTED, settled: true });
    expect(after(done, give.completeStep(0)).state).toMatchObject({ step: 1 });
  });

  test('keeps what it was before the first one', () => {
    const once = after(atStep(shift), give.startShift(), give.finishShift());
    const again = after(once, give.startShift(0, { 'web-1': 1 }));
    expect(again.progress.traffic).toEqual({
      before: give.BEFORE,
      now: { 'web-1': 1 },
      settled: false,
    });
  });

  test('is what the router says it is, where somebody else has moved it', () => {
    const done = after(atStep(shift), give.startShift(), give.finishShift());
    const seen = after(done, {
      type: 'deployment.router_seen',
      targets: { 'web-2': { inRotation: true, share: 0.3, heldOut: null } },
    });

    expect(seen.progress.traffic).toEqual({
      before: give.BEFORE,
      now: { 'web-2': 0.3 },
      settled: true,
    });
  });

  test('is not begun by what is stopped; what the router had answered by then is taken in', () => {
    const begun = after(atStep(shift), give.startShift());
    for (const stop of [give.pause, give.rollback()]) {
      const stopped = after(begun, stop);
      expect(give.isLate(stopped, give.startShift())).toBe(true);
      expect(after(stopped, give.finishShift()).progress.traffic).toMatchObject({ settled: true });
    }
  });
});

describe('a flag', () => {
  test('is announced with what it was before, and set to the percentage of its step', () => {
    const set = after(atStep(flag(10)), give.startFlag(0, 3), give.finishFlag());

    expect(set.progress.flags).toEqual({ f: { before: 3, now: 10, settled: true } });
    for (const late of [set, after(set, give.completeStep(0))]) {
      expect(give.isLate(late, give.startFlag(0, 3))).toBe(true);
      expect(give.isLate(late, give.finishFlag())).toBe(true);
    }
  });

  test('keeps what it was before the first time, even where there was none', () => {
    const set = after(atStep(flag(10)), give.startFlag(0, null), give.finishFlag());
    const wider = { ...set, plan: { ...set.plan, steps: [flag(50)] } };

    expect(after(wider, give.startFlag(0, 10, 50)).progress.flags['f']).toMatchObject({
      before: null,
    });
  });

  test('is not begun at another step, set before it was announced, or passed before it is set', () => {
    expect(give.isLate(atStep(flag(10)), give.startFlag(1))).toBe(true);
    expect(give.isLate(atStep(flag(10)), give.finishFlag())).toBe(true);
    const begun = after(atStep(flag(10)), give.startFlag());
    expect(give.isLate(begun, give.finishFlag(0, 50))).toBe(true);
    expect(give.isLate(begun, give.completeStep(0))).toBe(true);
  });

  test('is not begun by what is stopped; what its store had answered by then is taken in', () => {
    const begun = after(atStep(flag(10)), give.startFlag());
    for (const stop of [give.pause, give.rollback()]) {
      const stopped = after(begun, stop);
      expect(give.isLate(stopped, give.startFlag())).toBe(true);
      expect(after(stopped, give.finishFlag()).progress.flags['f']).toMatchObject({
        settled: true,
      });
    }
  });
});

describe('a step that failed', () => {
  test('in passing is tried again, later each time, and as often as the policy says', () => {
    const once = after(atStep(shift, { policy }), give.failStep('flaked', true, 5_000));
    expect(once.state).toMatchObject({ attempts: 1, waitUntil: 6_000 });
    const twice = after(once, give.failStep('flaked', true, 6_000));
    expect(twice.state).toMatchObject({ attempts: 2, waitUntil: 8_000 });

    const failed = after(twice, give.failStep('flaked', true, 8_000));
    expect(failed.state).toMatchObject({ status: 'rolling_back', reason: 'shift failed: flaked' });
  });

  test('is failed once, however often that is reported before it is tried again', () => {
    const once = after(atStep(shift, { policy }), give.failStep('flaked', true, 5_000));

    expect(eventsOf(once, give.failStep('flaked', true, 5_500))).toEqual([]);
  });

  test('waits for nothing any more once it is tried again', () => {
    const tried = after(
      atStep(shift, { policy }),
      give.failStep('flaked', true),
      give.startShift(),
    );
    const settled = after(tried, give.finishShift());

    expect(tried.state).toMatchObject({ attempts: 1, waitUntil: null });
    expect(after(settled, give.completeStep(0)).state).not.toHaveProperty('attempts');
  });

  test('for good fails the deployment, behind the last step too', () => {
    expect(after(atStep(flag(1)), give.failStep('no such flag')).state).toMatchObject({
      reason: 'set_flag failed: no such flag',
    });
    const beyond = {
      ...atStep(shift),
      state: { status: 'executing', step: 9, waitUntil: null },
    } as const;
    expect(after(beyond, give.failStep('what', false, 5_000, 9)).state).toMatchObject({
      reason: 'step failed: what',
    });
  });
});

describe('going back', () => {
  const traffic = { before: give.BEFORE, now: give.SHIFTED, settled: true };
  const flags = { f: { before: null, now: 10, settled: true } };
  const rolling = inStatus('rolling_back', { policy });
  const moved: Deployment = { ...rolling, progress: { ...rolling.progress, traffic, flags } };

  test('gives traffic back in two words, which are said of nothing that goes forwards', () => {
    const begun = after(moved, give.startTrafficRestore());
    expect(begun.progress.traffic).toMatchObject({ now: give.BEFORE, settled: false });

    const done = after(begun, give.finishTrafficRestore);
    expect(done.progress.traffic).toEqual({ before: give.BEFORE, now: give.BEFORE, settled: true });
    expect(give.isLate(atStep(shift), give.startTrafficRestore())).toBe(true);
  });

  test('has nothing to give back of flags that were never set', () => {
    expect(give.isLate(rolling, give.restoreFlag('other'))).toBe(true);
  });

  test('gives each flag back once, and says so before it does', () => {
    const begun = after(moved, give.startFlagRestore());
    expect(begun.progress.flags['f']).toEqual({ before: null, now: null, settled: false });
    const done = after(begun, give.restoreFlag());

    expect(done.progress.flags['f']).toEqual({ before: null, now: null, settled: true });
    for (const said of [give.startFlagRestore(), give.restoreFlag()]) {
      expect(give.isLate(done, said)).toBe(true);
    }
  });

  test('tries again what failed in passing, for as long as it takes', () => {
    let deployment = moved;
    let at = 7_000;
    for (let attempt = 1; attempt <= 20; attempt++) {
      const failed = after(deployment, give.failRestoring('down', true, at));
      expect(eventsOf(failed, give.failRestoring('down', true, at + 1))).toEqual([]);
      expect(failed.state).toMatchObject({ status: 'rolling_back', attempts: attempt });
      at = failed.state.status === 'rolling_back' ? (failed.state.waitUntil ?? 0) : 0;
      deployment = { ...moved, ...failed };
    }
  });

  test('tries what was refused as often as the policy says, and then says what is left', () => {
    const twice = after(
      moved,
      give.failRestoring('no', false, 0),
      give.failRestoring('no', false, 1_000),
    );
    const ended = after(twice, give.failRestoring('no', false, 3_000));

    expect(ended.state).toEqual({ status: 'failed', reason: 'enough; could not go back: no' });
  });
});
