import { describe, expect, test } from 'vitest';
import { resultOf } from '../../../src/domain/plan/result/deployment-result.js';
import { after, aDeployment, refusalOf, web } from '../../support/fixtures.js';
import * as give from './commands.js';
import { allSteps, inStatus } from './states.js';

const undone = (n: number) => [give.startRestore(web(n)), give.restoreTarget(web(n))];
const firstVersion = [give.approve, give.beginFirst, ...allSteps, give.judge('healthy')];

describe('a rollback', () => {
  test('that was asked for happens even where failures are held', () => {
    const hold = { policy: { onFailure: 'hold' } } as const;

    expect(after(inStatus('executing', hold), give.rollback()).state.status).toBe('rolling_back');
    expect(after(inStatus('executing', hold), give.fail('late')).state).toEqual({
      status: 'failed',
      reason: 'late',
      stoppedAt: 0,
    });
    expect(after(inStatus('paused'), give.rollback()).state.status).toBe('rolling_back');
  });

  test('of a plan that has not begun cancels it', () => {
    expect(after(inStatus('draft'), give.rollback()).state).toEqual({
      status: 'cancelled',
      reason: 'enough',
    });
    expect(after(inStatus('approved'), give.rollback()).state.status).toBe('cancelled');
  });

  test('of a completed deployment takes back what it did, because somebody asked', () => {
    const reopened = after(inStatus('completed'), give.rollback('slow'));

    expect(reopened).toMatchObject({
      state: { status: 'rolling_back', reason: 'slow', cause: 'request', since: 2_000 },
      endedAt: null,
      succeeded: true,
    });
    expect(after(reopened, ...undone(2), ...undone(1), give.finishRollback()).state.status).toBe(
      'rolled_back',
    );
  });

  test('of a failed deployment takes back what it left behind', () => {
    expect(after(inStatus('failed'), give.rollback()).state.status).toBe('rolling_back');
  });

  test('is refused where nothing was touched', () => {
    const untouched = after(aDeployment(), give.approve, give.begin, give.giveUp);

    expect(refusalOf(untouched, give.rollback())).toBe(
      `nothing to roll back: no target of ${untouched.id} has its version`,
    );
  });

  test('of a first version is refused where the driver cannot remove, and names it', () => {
    const first = after(aDeployment(), ...firstVersion);

    expect(refusalOf(first, give.rollback())).toBe(
      'nothing to go back to: 1.0.0 is the first version of production/api, and the fake driver cannot remove it',
    );
  });

  test('of a first version removes it where the driver can', () => {
    const first = after(aDeployment({ removes: true }), ...firstVersion, give.rollback());
    const gone = after(
      first,
      give.startRestore(web(1)),
      { type: 'deployment.target_restored', target: web(1), version: null, evidence: {} },
      ...undone(2),
      give.finishRollback(),
    );

    expect(gone.state.status).toBe('rolled_back');
    expect(gone.targets.get(web(1))?.version).toBeNull();
  });

  test('that could not restore names its targets and why, with what began it', () => {
    const open = after(
      inStatus('rolling_back'),
      give.startRestore(web(1)),
      give.failRestore(web(1), 'gone'),
    );
    const failed = after(open, give.finishRollback());

    expect(failed.state).toEqual({
      status: 'failed',
      reason: 'enough; could not restore web-1 (gone)',
    });
    expect(resultOf(failed)).toMatchObject({
      success: false,
      errors: ['enough; could not restore web-1 (gone)', 'web-1: gone'],
    });
  });

  test('asked for again tries what the one before it could not restore, and only that', () => {
    const two = after(aDeployment(), ...[give.approve, give.begin, ...allSteps, give.rollback()]);
    const failed = after(
      two,
      ...undone(2),
      give.startRestore(web(1)),
      give.failRestore(web(1), 'gone'),
      give.finishRollback(),
    );
    const again = after(failed, give.rollback('once more'));

    expect(again.targets.get(web(1))).toMatchObject({ state: 'failed', error: 'gone' });
    expect(again.targets.get(web(2))?.state).toBe('restored');
    expect(give.isLate(again, give.finishRollback())).toBe(true);
    expect(after(again, ...undone(1), give.finishRollback()).state.status).toBe('rolled_back');
  });

  test('is not finished before every touched target is settled', () => {
    expect(give.isLate(inStatus('rolling_back'), give.finishRollback())).toBe(true);
  });

  test('repeats what failed in passing, as often as the policy says', () => {
    const begun = inStatus('rolling_back', { policy: { retries: 1, retryDelay: 500 } });
    const once = after(
      begun,
      give.startRestore(web(1)),
      give.failRestore(web(1), 'flaked', true, 7_000),
    );
    const twice = after(
      once,
      give.startRestore(web(1)),
      give.failRestore(web(1), 'flaked', true, 9_000),
    );

    expect(once.targets.get(web(1))).toMatchObject({
      state: 'restoring',
      attempts: 1,
      retryAt: 7_500,
    });
    expect(twice.targets.get(web(1))).toMatchObject({ state: 'restore_failed', retryAt: null });
  });

  test('counts its repetitions for itself, not those of the way there', () => {
    const flaked = after(inStatus('executing'), give.failTarget(web(1), 'flaked', true));
    const restoring = after(flaked, give.rollback(), give.startRestore(web(1)));

    expect(restoring.targets.get(web(1))).toMatchObject({ attempts: 0, retryAt: null, fence: 2 });
  });

  test('does not know what a target runs while it is being put back', () => {
    const restoring = after(inStatus('completed'), give.rollback(), give.startRestore(web(1)));

    expect(restoring.targets.get(web(1))).toMatchObject({ state: 'restoring', version: null });
  });

  test('takes in that a call of the stopped execution came to its end', () => {
    const late = after(inStatus('rolling_back'), give.updateTarget(web(1)));

    expect(late.targets.get(web(1))?.state).toBe('updated');
    expect(give.isLate(late, give.finishRollback())).toBe(true);
  });

  test('is told of no result before it has begun', () => {
    const executing = inStatus('executing');

    for (const said of [give.startRestore, give.restoreTarget, give.failRestore]) {
      expect(give.isLate(executing, said(web(1)))).toBe(true);
      expect(give.isLate(after(executing, give.rollback()), said(web(1)))).toBe(false);
    }
  });

  test('may bring back what others broke, which it never touched itself', () => {
    const repaired = after(
      inStatus('rolling_back'),
      ...[...undone(1), ...undone(2), give.finishRollback()],
    );

    expect(repaired.state.status).toBe('rolled_back');
    expect(repaired.targets.get(web(2))).toMatchObject({ state: 'restored', version: '0.9.0' });
  });

  test('is taken over with a higher fence; an end counts once, and what others called since is restored again', () => {
    const restoring = after(inStatus('rolling_back'), give.startRestore(web(1), 2));

    expect(after(restoring, give.startRestore(web(1), 3)).targets.get(web(1))?.fence).toBe(3);
    const restored = after(restoring, give.restoreTarget(web(1)));
    expect(give.isLate(restored, give.restoreTarget(web(1)))).toBe(true);
    expect(after(restored, give.startRestore(web(1), 3)).targets.get(web(1))).toMatchObject({
      state: 'restoring',
      fence: 3,
    });
  });

  test('whose previous version is unhealthy has failed, and says what is there now', () => {
    const back = after(inStatus('rolling_back'), ...undone(1));

    expect(after(back, give.finishRollback(give.aVerification('unhealthy')))).toMatchObject({
      state: {
        status: 'failed',
        reason: 'enough; 0.9.0 is back on every target but unhealthy: it is unhealthy',
      },
    });
    expect(after(back, give.finishRollback(give.aVerification('unknown')))).toMatchObject({
      state: { status: 'rolled_back', reason: 'enough' },
      health: { status: 'unknown' },
    });
  });

  test('of a first version that leaves something unhealthy says that nothing should be there', () => {
    const gone = after(
      aDeployment({ removes: true }),
      ...[give.approve, give.beginFirst, give.startTarget(web(1)), give.rollback(), ...undone(1)],
      give.finishRollback(give.aVerification('unhealthy')),
    );

    expect(gone.state).toMatchObject({
      reason: 'enough; nothing is back on every target but unhealthy: it is unhealthy',
    });
  });

  test('is the last that happens to a step that comes too late', () => {
    expect(give.isLate(inStatus('rolling_back'), give.completeStep(0))).toBe(true);
    expect(after(inStatus('rolling_back'), give.giveUp).state).toEqual({
      status: 'failed',
      reason: 'no use',
    });
  });
});
