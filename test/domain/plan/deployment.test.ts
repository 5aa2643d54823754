import { describe, expect, test } from 'vitest';
import { newDeployment } from '../../../src/domain/manager/new-deployment.js';
import { workOwed } from '../../../src/domain/model/deployment/work-owed.js';
import { dueAt, isNewWork, placeInLine } from '../../../src/domain/orchestrator/claim/work-plan.js';
import { deadlinesOf } from '../../../src/domain/plan/deadlines.js';
import {
  type Deployment,
  targetIn,
  touchedTargets,
} from '../../../src/domain/model/deployment/deployment.js';
import { resultOf } from '../../../src/domain/plan/result/deployment-result.js';
import { givenUp } from '../../../src/domain/plan/machine/failure.js';
import { PLAN_STATUSES } from '../../../src/domain/model/deployment/plan-state.js';
import { aDeployment, after, API, fold, v, web } from '../../support/fixtures.js';
import * as give from './commands.js';
import { inStatus } from './states.js';

test('a target is looked up in the plan, which has no other', () => {
  const { plan } = aDeployment();

  expect(targetIn(plan, web(1)).id).toBe('web-1');
  expect(() => targetIn(plan, web(9))).toThrow('the plan has no target web-9');
});

describe('the work owed', () => {
  test('follows from the state alone', () => {
    const owed = PLAN_STATUSES.map((status) => workOwed(inStatus(status))?.kind ?? null);

    expect(owed).toEqual([
      ...[null, 'execute', 'execute', 'verify', null, null, 'rollback', null, null, null],
    ]);
  });

  test('names the deployment and the run, so that publishing it twice is one job', () => {
    const approved = { ...inStatus('approved'), run: 7 };

    expect(workOwed(approved)).toEqual({ kind: 'execute', deploymentId: approved.id, run: 7 });
  });

  test('is a new job only when another kind of work is called for', () => {
    const [draft, approved, executing, verifying, paused] = PLAN_STATUSES.map((s) => inStatus(s));
    if (!draft || !approved || !executing || !verifying || !paused) throw new Error('no states');

    const isNew = (before: Deployment, now: Deployment): boolean =>
      isNewWork({
        ...{ before, after: now, events: [] },
        ...{ service: { targets: [], revision: null }, fence: null, release: false },
      });
    expect(isNew(draft, approved)).toBe(true);
    expect(isNew(approved, executing)).toBe(false);
    expect(isNew(executing, verifying)).toBe(true);
    expect(isNew(executing, paused)).toBe(false);
    expect(isNew(paused, executing)).toBe(true);
  });
});

describe('a place in line', () => {
  test('is at the back for who was approved, in front for a rollback, and none else', () => {
    expect(placeInLine(inStatus('draft'), inStatus('approved'))).toBe('back');
    expect(placeInLine(inStatus('approved'), inStatus('approved'))).toBe('');
    expect(placeInLine(inStatus('completed'), inStatus('rolling_back'))).toBe('front');
    expect(placeInLine(inStatus('executing'), inStatus('rolling_back'))).toBe('');
    expect(placeInLine(inStatus('verifying'), inStatus('completed'))).toBe('');
  });
});

describe('when a resting deployment goes on', () => {
  test('is when its wait, its second look or its next try is due', () => {
    const waiting = after(inStatus('executing'), give.wait(0));
    const flaked = after(waiting, give.failTarget(web(1), 'flaked', true, 20_000));

    expect(dueAt(waiting)).toBe(9_000);
    expect(dueAt(flaked)).toBe(21_000);
    expect(dueAt(after(inStatus('verifying'), give.judge('unknown', 6_000)))).toBe(11_000);
    // Nor does the way back wait for the next try of a call to deploy.
    expect(dueAt(after(flaked, give.rollback()))).toBeNull();
  });

  test('is not set for what does not rest', () => {
    for (const status of ['paused', 'completed'] as const) {
      expect(dueAt(inStatus(status))).toBeNull();
    }
    expect(dueAt(inStatus('draft', { policy: { approvalExpiry: null } }))).toBeNull();
    expect(dueAt(inStatus('executing'))).toBeNull();
    expect(dueAt(inStatus('rolling_back'))).toBeNull();
  });
});

describe('the deadline', () => {
  test('counts from the start, the plan’s own waits left out', () => {
    const slow = {
      policy: { deadline: 1_000 },
      strategy: { kind: 'rolling', delay: 500 },
    } as const;

    const at = (deployment: Deployment) => deadlinesOf(deployment)[0]?.at ?? null;
    expect(at(inStatus('executing', { policy: { deadline: 1_000 } }))).toBe(3_000);
    expect(at(inStatus('verifying', { policy: { deadline: 1_000 } }))).toBe(3_000);
    expect(at(after(aDeployment(slow), give.approve, give.begin))).toBe(3_500);
  });

  test('of a rollback is its own, and there is none while nothing is going on', () => {
    const back = after(inStatus('completed', { policy: { deadline: 700 } }), give.rollback());

    expect(deadlinesOf(back)).toEqual([{ kind: 'rollback_deadline', at: 2_700 }]);
    for (const status of ['draft', 'approved', 'paused', 'completed'] as const) {
      expect(deadlinesOf(inStatus(status))).toEqual([]);
    }
  });
});

describe('the result', () => {
  test('tells success, counts, time and errors, the reason first', () => {
    const started = after(aDeployment(), give.approve, give.begin, give.startTarget(web(1)));
    const failed = after(started, give.failTarget(web(1), 'exit code 1'), give.completeStep(0));
    const held = after(failed, givenUp('no way back'));

    expect(resultOf(held)).toEqual({
      success: false,
      targetsUpdated: 0,
      targetsFailed: 1,
      durationMs: 0,
      state: 'failed',
      errors: ['no way back', 'web-1: exit code 1'],
      metadata: {},
    });
  });

  test('has no duration before it ended, or where it never began', () => {
    expect(resultOf(inStatus('executing')).durationMs).toBeNull();
    expect(resultOf(inStatus('cancelled')).durationMs).toBeNull();
    expect(resultOf(inStatus('executing')).errors).toEqual([]);
    const ended = { ...inStatus('completed'), startedAt: 1_000, endedAt: 4_500 };
    expect(resultOf(ended).durationMs).toBe(3_500);
  });

  test('counts touched targets in the order of the plan', () => {
    expect(touchedTargets(inStatus('verifying'))).toEqual([web(1), web(2)]);
    expect(touchedTargets(inStatus('executing'))).toEqual([web(1)]);
  });
});

describe('a new deployment', () => {
  const request = {
    ...API,
    id: aDeployment().id,
    version: v('2.0.0'),
    approve: true,
    requestedBy: null,
    idempotencyKey: 'k',
    digest: 'd',
    metadata: { commit: 'abc' },
  };
  const { plan } = aDeployment();

  test('begins as its events say, planned and approved in one write', () => {
    const { deployment, events } = newDeployment(request, plan, 77);

    expect(events).toEqual([
      { sequence: 1, at: 77, actor: 'unknown', event: { type: 'deployment.planned' } },
      { sequence: 2, at: 77, actor: 'unknown', event: { type: 'deployment.approved', by: null } },
    ]);
    expect(deployment).toMatchObject({ state: { status: 'approved' }, revision: 2, run: 1 });
    expect(deployment).not.toHaveProperty('approve');
    expect(newDeployment({ ...request, approve: false }, plan, 77).deployment.revision).toBe(1);
  });

  test('written by a newer peer with an event nobody here knows is an error, not a guess', () => {
    // What only a peer of a later release can write.
    const news = { type: 'deployment.renamed' } as never;
    const ofTarget = { type: 'deployment.target_moved', target: 'web-1' } as never;

    expect(() => fold(inStatus('executing'), [news])).toThrow('no case for');
    expect(() => fold(inStatus('executing'), [ofTarget])).toThrow('no case for');
  });

  test('ignores a pause or resume where there is nothing to pause or resume', () => {
    const draft = inStatus('draft');

    expect(fold(draft, [{ type: 'deployment.paused', reason: 'x' }]).state).toEqual(draft.state);
    expect(fold(draft, [{ type: 'deployment.resumed' }]).state).toEqual(draft.state);
  });

  test('that is found inconclusive out of turn counts from one', () => {
    const verification = { status: 'unknown', reason: '', checks: [] } as const;
    const odd = fold(inStatus('executing'), [
      { type: 'deployment.inconclusive', verification, retryAt: 5 },
    ]);

    expect(odd.state).toEqual({ status: 'verifying', attempt: 1, waitUntil: 5 });
  });
});
