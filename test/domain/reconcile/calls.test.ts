import { describe, expect, test } from 'vitest';
import { type CallFailure, failedCall } from '../../../src/domain/reconcile/call-ends.js';
import { turnOf } from '../../../src/domain/reconcile/turns.js';
import { after, type DeploymentFixture, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { inStatus } from '../plan/states.js';

const policy = { retries: 1, retryDelay: 1_000 };
const flaked = (change: Partial<CallFailure> = {}): CallFailure => ({
  ...{ error: 'flaked', transient: true, evidence: null, cause: 'call', at: 5_000 },
  ...change,
});
const executing = (rules: DeploymentFixture['policy'] = policy) =>
  inStatus('executing', { policy: rules });

describe('a failed call', () => {
  test('is tried again after a while, as often as the policy says', () => {
    const retried = failedCall(executing(), 'deploy', web(1), flaked());
    expect(retried).toEqual({
      ...{ type: 'deployment.target_retried', target: web(1), error: 'flaked' },
      ...{ attempt: 1, retryAt: 6_000 },
    });
    const again = failedCall(after(executing(), retried), 'deploy', web(1), flaked());
    expect(again).toEqual({
      ...{ type: 'deployment.target_failed', target: web(1), error: 'flaked' },
      ...{ evidence: null, cause: 'call' },
    });
  });

  test('that is tried again shows what it said, too', () => {
    const evidence = { exitCode: 75, output: 'locked' };
    expect(failedCall(executing(), 'deploy', web(1), flaked({ evidence }))).toMatchObject({
      ...{ type: 'deployment.target_retried', evidence },
    });
  });

  test('is not tried again where that would not help, and says what failed', () => {
    const final = flaked({ transient: false, evidence: { exit: 3 }, cause: 'router' });

    expect(failedCall(executing(), 'deploy', web(1), final)).toMatchObject({
      ...{ type: 'deployment.target_failed', evidence: { exit: 3 }, cause: 'router' },
    });
  });

  test('ends in the words of its way', () => {
    const final = flaked({ transient: false });

    expect(failedCall(executing(), 'restore', web(1), final).type).toBe(
      'deployment.target_restore_failed',
    );
    expect(failedCall(executing(), 'retire', web(1), final).type).toBe(
      'deployment.target_retire_failed',
    );
  });

  test('is not tried again once its target has had its time; the way back has its own', () => {
    const short = executing({ ...policy, targetDeadline: 1_000 });
    const type = (way: 'deploy' | 'restore', at: number) =>
      failedCall(short, way, web(1), flaked({ at })).type;

    expect(type('deploy', 3_000)).toBe('deployment.target_retried');
    expect(type('deploy', 3_001)).toBe('deployment.target_failed');
    expect(type('restore', 3_001)).toBe('deployment.target_retried');
  });
});

describe('the turn of a target', () => {
  test('is now, unless it failed in passing: then it waits its time', () => {
    const waiting = after(executing(), give.failTarget(web(1), 'x', true, 5_000));

    expect(turnOf(executing(), web(1), 5_000)).toBe('now');
    expect(turnOf(executing(), web(2), 5_000)).toBe('now');
    expect(turnOf(waiting, web(1), 5_999)).toEqual({ notBefore: 6_000 });
    expect(turnOf(waiting, web(1), 6_000)).toBe('now');
  });

  test('never comes again once it is given up, but the way back takes what failed on the way there', () => {
    const failed = after(executing(), give.failTarget(web(1)));
    const back = after(failed, give.rollback());
    const stuck = after(back, give.startRestore(web(1)), give.failRestore(web(1)));

    expect(turnOf(failed, web(1), 9_000)).toBe('given_up');
    expect(turnOf(back, web(1), 9_000)).toBe('now');
    expect(turnOf(stuck, web(1), 9_000)).toBe('given_up');
  });

  test('never comes again of what could not be taken away', () => {
    const kept = after(executing(), give.startRetire(web(2)), give.failRetire(web(2)));

    expect(turnOf(kept, web(2), 9_000)).toBe('given_up');
  });
});
