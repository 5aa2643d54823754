import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { leftBehind } from '../../../src/domain/plan/left-behind.js';
import {
  isTerminal,
  PLAN_STATUSES,
  reasonOf,
} from '../../../src/domain/model/deployment/plan-state.js';
import { aDeployment, after, eventsOf, refusalOf, web } from '../../support/fixtures.js';
import { changeOf, serving, standing } from '../reconcile/standing.js';
import * as give from './commands.js';
import { atStep, inStatus, withSteps } from './states.js';

const SAID = 'ended by force by ann: it hangs; ';
const flag = { kind: 'set_flag', flag: 'f', percent: 10 } as const;
const gate = { kind: 'gate', name: 'go', timeout: null, onTimeout: 'abort' } as const;
const forced = (deployment: Deployment): Deployment => after(deployment, give.forceEnd);

describe('an end by force', () => {
  test.each(PLAN_STATUSES.filter((status) => !isTerminal(status)))(
    'ends what is %s, names who and why, and frees its service',
    (status) => {
      const ended = forced(inStatus(status));
      expect(isTerminal(ended.state.status)).toBe(true);
      expect(reasonOf(ended.state)).toContain(SAID);
      expect(ended.endedAt).not.toBeNull();
      expect(eventsOf(ended, give.forceEnd)).toEqual([]);
    },
  );

  test('cancels what has not begun', () => {
    for (const status of ['draft', 'approved'] as const) {
      expect(eventsOf(inStatus(status), give.forceEnd)).toEqual([
        { type: 'deployment.cancelled', reason: `${SAID}no target was touched` },
      ]);
    }
  });

  test('fails what has begun, from where a retry can go on', () => {
    const reason = `${SAID}an unknown version (its call has no end) on web-1, 1 not touched`;
    for (const status of ['executing', 'paused'] as const) {
      expect(eventsOf(inStatus(status), give.forceEnd)).toEqual([
        { type: 'deployment.failed', reason, stoppedAt: 0, forced: true },
      ]);
    }
    expect(forced(inStatus('verifying')).state).toMatchObject({ status: 'failed', stoppedAt: 1 });
    expect(after(forced(inStatus('executing')), give.retry).state).toEqual({
      status: 'approved',
      step: 0,
    });
  });

  test.each([
    ['has announced a flag', atStep(flag), give.startFlag()],
    ['waits at a gate', atStep(gate), give.openGate()],
    ['waits', atStep({ kind: 'wait', ms: 1 }), give.wait(0)],
  ])('ends what %s', (_, deployment, said) => {
    const ended = forced(after(deployment, said));
    expect(ended.state).toMatchObject({ status: 'failed', stoppedAt: 0 });
    expect(reasonOf(ended.state)).toContain(SAID);
  });

  test('of a retry that has not begun is a failure, as its targets were touched before', () => {
    const failed = after(inStatus('executing'), give.failTarget(web(1)), give.halt, give.retry);
    expect(failed.state).toEqual({ status: 'approved', step: 0 });
    expect(eventsOf(failed, give.forceEnd)).toEqual([
      {
        type: 'deployment.failed',
        reason: `${SAID}an unknown version on web-1, 1 not touched`,
        stoppedAt: 0,
        forced: true,
      },
    ]);
  });

  test('of a rollback leaves nothing to retry, and what it did put back is known', () => {
    const back = after(
      inStatus('verifying'),
      ...[give.rollback(), give.startRestore(web(2)), give.restoreTarget(web(2))],
      give.startRestore(web(1)),
    );
    const ended = forced(back);
    expect(ended.state).toEqual({
      status: 'failed',
      reason: `${SAID}an unknown version (its call has no end) on web-1, 0.9.0 on web-2`,
    });
    expect(refusalOf(ended, give.retry)).toContain('cannot retry');
    expect(after(ended, give.rollback()).state.status).toBe('rolling_back');
  });

  test('is refused after another end, and accepted again after its own', () => {
    expect(refusalOf(inStatus('completed'), give.forceEnd)).toContain('is completed');
    expect(refusalOf(inStatus('rolled_back'), give.forceEnd)).toContain('is rolled_back');
    expect(eventsOf(forced(inStatus('executing')), give.forceEnd)).toEqual([]);
    expect(eventsOf(inStatus('cancelled'), give.forceEnd)).toEqual([]);
  });
});

describe('what a service has active after an end by force', () => {
  const begun = [give.approve, give.begin];
  const found = serving('0.9.0');

  test('is unknown where a target was touched', () => {
    const ways = [[], [give.pause], [give.rollback()]];
    for (const way of ways) {
      const touched = [...begun, give.startTarget(web(1)), ...way];
      expect(changeOf(standing(aDeployment(), found), ...touched, give.forceEnd)).toMatchObject({
        active: { version: null },
      });
    }
  });

  test('is what it was where none was, and where all have it back', () => {
    const { active } = found;
    const fresh = standing(aDeployment(), found);
    expect(changeOf(fresh, ...begun, give.forceEnd)).toEqual({ active });
    const back = [give.startRestore(web(1)), give.restoreTarget(web(1))];
    const way = [give.startTarget(web(1)), give.rollback(), ...back];
    expect(changeOf(fresh, ...begun, ...way, give.forceEnd)).toEqual({ active });
  });
});

describe('what is known after an end by force', () => {
  const shift = { kind: 'shift', to: [web(2)], from: [web(1)], percent: 100 } as const;

  test('is said of traffic, as long as the router has not answered', () => {
    const moving = after(atStep(shift), give.startShift());
    expect(leftBehind(moving)).toContain('traffic where the router left it');
    expect(leftBehind(after(moving, give.finishShift()))).not.toContain('traffic');
  });

  test('is said of flags, too', () => {
    const setting = after(atStep(flag), give.startFlag());
    expect(leftBehind(setting)).toContain('flag f where its store left it');
    expect(leftBehind(after(setting, give.finishFlag()))).not.toContain('flag');
  });

  test('is said of targets that run nothing, and of many in short', () => {
    const retired = after(
      withSteps(inStatus('executing'), { kind: 'retire', targets: [web(2)] }),
      ...[give.updateTarget(web(1)), give.startRetire(web(2)), give.retireTarget(web(2))],
    );
    expect(leftBehind(retired)).toBe('1.0.0 on web-1, nothing on web-2');

    const emptied = after(inStatus('rolling_back'), give.startRestore(web(1)), {
      type: 'deployment.target_restored',
      target: web(1),
      version: null,
      evidence: {},
    });
    expect(leftBehind(emptied)).toBe('nothing on web-1, 1 not touched');

    const ids = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5'];
    const many = aDeployment({ targets: ids, strategy: { kind: 'rolling', batchSize: 5 } });
    const started = [1, 2, 3, 4, 5].flatMap((n) => [
      give.startTarget(web(n)),
      give.updateTarget(web(n)),
    ]);
    expect(leftBehind(after(many, give.approve, give.begin, ...started))).toBe(
      '1.0.0 on web-1, web-2, web-3 and 2 more',
    );
  });
});

describe('a reason that was given', () => {
  const reason = 'seen on the board';

  test('stays with an approval, a promotion, a resumption and a retry', () => {
    const stopped = after(inStatus('executing'), give.halt);
    const said = [
      eventsOf(inStatus('draft'), { type: 'approve', by: 'ann', reason }),
      eventsOf(atStep(gate), { type: 'promote', by: 'ann', all: false, reason }),
      eventsOf(inStatus('paused'), { type: 'resume', reason }),
      eventsOf(stopped, { type: 'retry', by: 'ann', reason }),
    ];
    for (const [first] of said) expect(first).toMatchObject({ reason });
  });

  test('is in nothing where none was given', () => {
    expect(eventsOf(inStatus('paused'), give.resume)).toEqual([{ type: 'deployment.resumed' }]);
  });

  test('stays with one approval of two', () => {
    const draft = aDeployment({
      policy: { approval: 'required', approvals: 2, selfApproval: false },
    });
    expect(eventsOf(draft, { type: 'approve', by: 'ann', reason })).toEqual([
      { type: 'deployment.approval_given', by: 'ann', missing: 1, reason },
    ]);
  });
});
