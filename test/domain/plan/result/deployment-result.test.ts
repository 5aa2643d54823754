import { describe, expect, test } from 'vitest';
import {
  lastResultOf,
  resultOf,
  rollbackResultOf,
} from '../../../../src/domain/plan/result/deployment-result.js';
import { aDeployment, after, web } from '../../../support/fixtures.js';
import * as give from '../commands.js';
import { allSteps, inStatus } from '../states.js';

const restored = (n: number) => [give.startRestore(web(n)), give.restoreTarget(web(n))];
const wentBack = after(
  inStatus('completed'),
  ...[give.rollback(), ...restored(1), ...restored(2), give.finishRollback()],
);
const stuck = after(
  inStatus('completed'),
  ...[give.rollback(), ...restored(1)],
  ...[give.startRestore(web(2)), give.failRestore(web(2), 'gone'), give.finishRollback()],
);

describe('the result of an execution', () => {
  test('is a success when every target took the version, before anybody has verified it', () => {
    expect(resultOf(inStatus('verifying'))).toMatchObject({
      ...{ success: true, state: 'verifying' },
      ...{ targetsUpdated: 2, targetsFailed: 0, errors: [] },
    });
    expect(resultOf(inStatus('executing')).success).toBe(false);
  });

  test('is none when it failed, and the reason is what went wrong', () => {
    expect(resultOf(inStatus('rolled_back'))).toMatchObject({
      ...{ success: false, state: 'rolled_back', errors: ['enough'] },
    });
    expect(resultOf(inStatus('failed'))).toMatchObject({ success: false, errors: ['no use'] });
  });

  test('does not take the reason for a pause, or for a rollback of what was good, for an error', () => {
    expect(resultOf(inStatus('paused')).errors).toEqual([]);
    expect(resultOf(after(inStatus('completed'), give.rollback('slow'))).errors).toEqual([]);
    expect(resultOf(wentBack)).toMatchObject({ success: false, errors: [] });
  });
});

describe('the result of a rollback', () => {
  test('is a success without errors when everything is back, whatever it was asked for', () => {
    expect(rollbackResultOf(wentBack, 40)).toEqual({
      ...{ success: true, state: 'rolled_back', errors: [], durationMs: 40, metadata: {} },
      ...{ targetsUpdated: 2, targetsFailed: 0 },
    });
    expect(rollbackResultOf(inStatus('rolled_back'))).toMatchObject({
      ...{ success: true, targetsUpdated: 1, errors: [], durationMs: null },
    });
  });

  test('names what could not be put back, and why', () => {
    expect(rollbackResultOf(stuck)).toMatchObject({
      ...{ success: false, state: 'failed', targetsUpdated: 1, targetsFailed: 1 },
      errors: ['enough; could not restore web-2 (gone)', 'web-2: gone'],
    });
  });

  test('is not there yet while it is under way', () => {
    expect(rollbackResultOf(inStatus('rolling_back'))).toMatchObject({
      ...{ success: false, state: 'rolling_back', errors: [] },
    });
  });
});

describe('the last result', () => {
  test('is that of the rollback where what was completed was rolled back', () => {
    expect(lastResultOf(wentBack)).toMatchObject({ success: true, state: 'rolled_back' });
    expect(lastResultOf(stuck)).toMatchObject({ success: false, targetsUpdated: 1 });
  });

  test('else that of the deployment', () => {
    expect(lastResultOf(inStatus('completed'))).toMatchObject({ success: true });
    expect(lastResultOf(inStatus('rolled_back'))).toMatchObject({ success: false });
    expect(lastResultOf(after(aDeployment(), give.cancel))).toMatchObject({ state: 'cancelled' });
  });
});

describe('the stage in the metadata', () => {
  const fixture = { strategy: { kind: 'canary', stages: [50, 100] } } as const;

  test('is there when a canary stopped, whether it went back or was left, and how it went on', () => {
    const stopped = after(aDeployment(fixture), give.approve, give.begin, give.startTarget(web(1)));
    for (const ending of [give.fail(), give.giveUp, give.halt]) {
      expect(resultOf(after(stopped, ending)).metadata).toEqual({ stoppedAtStage: 50 });
    }
    const paused = after(stopped, give.pause);
    expect(resultOf(paused).metadata).toEqual({});
    expect(resultOf(after(paused, give.giveUp)).metadata).toEqual({ stoppedAtStage: 50 });
  });

  test('goes when the deployment is retried, and never was of one that did not stop', () => {
    const held = after(aDeployment(fixture), give.approve, give.begin, give.halt);
    expect(resultOf(after(held, give.retry)).metadata).toEqual({});
    expect(
      resultOf(after(aDeployment(fixture), give.approve, give.begin, ...allSteps)).metadata,
    ).toEqual({});
    expect(resultOf(inStatus('failed')).metadata).toEqual({});
  });
});
