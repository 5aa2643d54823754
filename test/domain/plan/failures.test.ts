import { describe, expect, test } from 'vitest';
import { backoff } from '../../../src/domain/plan/backoff.js';
import { resultOf } from '../../../src/domain/plan/result/deployment-result.js';
import {
  aDeployment,
  after,
  type DeploymentFixture,
  eventsOf,
  web,
} from '../../support/fixtures.js';
import * as give from './commands.js';
import { inStatus } from './states.js';

const executing = (fixture: DeploymentFixture) =>
  after(aDeployment(fixture), give.approve, give.begin);

describe('a call that failed in passing', () => {
  test('is repeated after a pause that doubles, as often as the policy says, and then has failed', () => {
    const one = after(
      inStatus('executing', { policy: { retries: 2, retryDelay: 1_000 } }),
      give.failTarget(web(1), 'flaked', true, 10_000),
    );
    const two = after(
      one,
      give.startTarget(web(1)),
      give.failTarget(web(1), 'flaked', true, 20_000),
    );
    const three = after(
      two,
      give.startTarget(web(1)),
      give.failTarget(web(1), 'dead', true, 30_000),
    );

    expect(one.targets.get(web(1))).toMatchObject({
      state: 'started',
      attempts: 1,
      retryAt: 11_000,
      error: 'flaked',
    });
    expect(two.targets.get(web(1))).toMatchObject({ attempts: 2, retryAt: 22_000 });
    expect(three.targets.get(web(1))).toMatchObject({
      state: 'failed',
      retryAt: null,
      error: 'dead',
    });
  });

  test('is repeated only once its repetition was announced', () => {
    const failed = after(inStatus('executing'), give.failTarget(web(1), 'flaked', true));
    const again = after(failed, give.startTarget(web(1)));

    expect(eventsOf(failed, give.startTarget(web(1)))).toHaveLength(1);
    expect(again.targets.get(web(1))).toMatchObject({ retryAt: null, attempts: 1 });
    expect(after(again, give.updateTarget(web(1))).targets.get(web(1))).toMatchObject({
      state: 'updated',
      error: null,
    });
  });

  test('is not repeated where the policy allows no repetition, or where it would not help', () => {
    const never = inStatus('executing', { policy: { retries: 0 } });

    expect(after(never, give.failTarget(web(1), 'x', true)).targets.get(web(1))?.state).toBe(
      'failed',
    );
    expect(
      after(inStatus('executing'), give.failTarget(web(1), 'x', false)).targets.get(web(1))?.state,
    ).toBe('failed');
  });

  test('keeps the evidence of what failed', () => {
    const evidence = { exitCode: 3 };
    const failed = after(inStatus('executing'), {
      ...{ type: 'deployment.target_failed', target: web(1), error: 'exit code 3' },
      ...{ evidence, cause: 'call' },
    });

    expect(failed.targets.get(web(1))?.evidence).toEqual(evidence);
  });

  test('of a target that has the version by now is a failed check: it keeps the version', () => {
    const updated = after(inStatus('executing'), give.updateTarget(web(1)));
    const failed = after(updated, {
      ...{ type: 'deployment.target_failed', target: web(1), error: 'sick' },
      ...{ evidence: null, cause: 'check' },
    });

    expect(failed.targets.get(web(1))).toMatchObject({ state: 'failed', version: '1.0.0' });
  });

  test('never waits longer than a minute, unless its policy begins with more', () => {
    expect([0, 1, 2, 6, 40].map((made) => backoff(1_000, made))).toEqual([
      1_000, 2_000, 4_000, 60_000, 60_000,
    ]);
    expect([0, 1, 2].map((made) => backoff(90_000, made))).toEqual([90_000, 90_000, 90_000]);
  });
});

describe('the failure budget', () => {
  const four = { targets: ['web-1', 'web-2', 'web-3', 'web-4'] };
  const rolling = (failureTolerance: number, batchSize = 2): DeploymentFixture => ({
    ...four,
    strategy: { kind: 'rolling', batchSize, failureTolerance },
  });

  test('lets as many targets fail as are tolerated, over the whole plan', () => {
    const first = after(
      executing(rolling(1)),
      ...[
        give.startTarget(web(1)),
        give.startTarget(web(2)),
        give.failTarget(web(1)),
        give.updateTarget(web(2)),
      ],
      give.completeStep(0),
    );
    const second = after(
      first,
      ...[give.startTarget(web(3)), give.startTarget(web(4)), give.failTarget(web(3), 'dead')],
      ...[give.updateTarget(web(4)), give.completeStep(1)],
    );

    expect(first.state).toMatchObject({ status: 'executing', step: 1 });
    expect(second.state).toMatchObject({
      status: 'rolling_back',
      reason: '2 of 4 targets failed (1 tolerated): web-1: broken; web-3: dead',
    });
  });

  test('begins nothing more once it is used up, and waits for what is going on', () => {
    const spent = after(
      executing(rolling(0, 3)),
      ...[give.startTarget(web(1)), give.startTarget(web(2)), give.failTarget(web(1))],
    );

    expect(give.isLate(spent, give.completeStep(0))).toBe(true);
    expect(after(spent, give.updateTarget(web(2)), give.completeStep(0)).state.status).toBe(
      'rolling_back',
    );
    // Between two tries nothing is going on there either.
    const flaked = after(spent, give.failTarget(web(2), 'flaked', true));
    expect(after(flaked, give.completeStep(0)).state.status).toBe('rolling_back');
  });

  test('keeps a step open for tries and targets to come while it lasts', () => {
    const flaked = after(
      executing(rolling(1, 2)),
      ...[give.startTarget(web(1)), give.failTarget(web(1), 'flaked', true)],
    );

    expect(give.isLate(flaked, give.completeStep(0))).toBe(true);
  });

  test('of a canary stage counts that stage only', () => {
    const canary = executing({
      ...four,
      strategy: { kind: 'canary', stages: [50, 100], successThreshold: 0.5 },
    });
    const stage = (a: number, b: number, step: number) => [
      ...[give.startTarget(web(a)), give.startTarget(web(b)), give.failTarget(web(a))],
      ...[give.updateTarget(web(b)), give.completeStep(step)],
    ];

    expect(after(canary, ...stage(1, 2, 0), ...stage(3, 4, 1)).state.status).toBe('verifying');
  });

  test('names three failures and counts the rest', () => {
    const all = after(
      executing({ ...four, strategy: { kind: 'rolling', batchSize: 4 } }),
      ...[1, 2, 3, 4].map((n) => give.startTarget(web(n))),
      ...[1, 2, 3, 4].map((n) => give.failTarget(web(n), `e${n}`)),
      give.completeStep(0),
    );

    expect(all.state).toMatchObject({
      reason: '4 of 4 targets failed (0 tolerated): web-1: e1; web-2: e2; web-3: e3; and 1 more',
    });
    expect(resultOf(all)).toMatchObject({ targetsFailed: 4, targetsUpdated: 0, success: false });
  });

  test('is spent by a failed check, too, but a check never waits for targets that failed before', () => {
    const checked = after(
      executing({
        ...four,
        checked: true,
        strategy: { kind: 'rolling', batchSize: 2, failureTolerance: 1 },
      }),
      ...[
        give.startTarget(web(1)),
        give.startTarget(web(2)),
        give.updateTarget(web(1)),
        give.updateTarget(web(2)),
      ],
      ...[give.completeStep(0), give.failTarget(web(1), 'sick')],
    );

    expect(after(checked, give.completeStep(1)).state).toMatchObject({
      status: 'executing',
      step: 2,
    });
    expect(after(checked, give.failTarget(web(2), 'sick'), give.completeStep(1)).state.status).toBe(
      'rolling_back',
    );
  });
});

describe('the policy', () => {
  test('"hold" leaves everything as it is after a failure, for a person to see to', () => {
    const hold = { policy: { onFailure: 'hold' } } as const;

    expect(after(inStatus('verifying', hold), give.judge('unhealthy')).state).toEqual({
      status: 'failed',
      reason: 'verification failed: it is unhealthy',
      stoppedAt: 1,
    });
    expect(
      after(inStatus('executing', hold), give.failTarget(web(1)), give.completeStep(0)).state
        .status,
    ).toBe('failed');
  });
});
