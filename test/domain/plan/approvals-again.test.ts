import { describe, expect, test } from 'vitest';
import type { PlanCommand } from '../../../src/domain/plan/machine/plan-command.js';
import type { ApprovalInForce } from '../../../src/domain/policy/approval.js';
import { aDeployment, after, eventsOf, refusalOf } from '../../support/fixtures.js';
import * as give from './commands.js';

const by = (name: string | null, inForce?: ApprovalInForce): PlanCommand => ({
  ...{ type: 'approve', by: name },
  ...(inForce && { inForce }),
});
const planned = { configuration: 'then', policy: { approval: 'required' } } as const;
const draft = aDeployment(planned);
const two = { approvals: 2 } as const;

describe('who may approve', () => {
  test('is what the configuration of now says, and not that of the day it was planned', () => {
    const listed = aDeployment({ ...planned, policy: { ...planned.policy, approvers: ['ann'] } });
    const now = give.inForce({ approvers: ['bob'] });

    expect(refusalOf(listed, by('ann', now))).toMatch(/ann is not among its approvers: bob$/);
    expect(eventsOf(listed, by('bob', now))).toEqual([
      { type: 'deployment.approved', by: 'bob', configuration: 'now' },
    ]);
    expect(after(listed, by('bob', now)).progress).toMatchObject({
      ...{ approvals: ['bob'], approvalsMissing: 0, approvedFor: 'now' },
    });
  });

  test('is nobody in particular where the configuration of now asks for no approval', () => {
    const now = give.inForce({ approval: 'none' });

    expect(after(draft, { type: 'execute', inForce: now }).state.status).toBe('approved');
    expect(after(draft, by(null, now)).state.status).toBe('approved');
  });

  test('is asked before a draft is executed that needed nobody when it was planned', () => {
    const free = aDeployment({ configuration: 'then' });

    expect(eventsOf(free, give.execute)).toEqual([{ type: 'deployment.approved', by: null }]);
    expect(refusalOf(free, { type: 'execute', inForce: give.inForce() })).toMatch(
      /^cannot execute dep_\w+: it is a draft, and its policy requires approval$/,
    );
    expect(
      eventsOf(free, { type: 'execute', inForce: give.inForce({ approval: 'none' }) }),
    ).toEqual([{ type: 'deployment.approved', by: null, configuration: 'now' }]);
  });
});

describe('approvals for another configuration', () => {
  const then = give.inForce(two, 'then');
  const now = give.inForce(two);
  const one = after(draft, by('ann', then));

  test('count no more: each is wanted again', () => {
    expect(one.progress).toMatchObject({ approvals: ['ann'], approvalsMissing: 1 });
    expect(eventsOf(one, by('bob', now))).toEqual([
      {
        ...{ type: 'deployment.approvals_lapsed', by: ['ann'], missing: 2, configuration: 'now' },
        reason: 'its configuration changed since it was approved by ann',
      },
      { type: 'deployment.approval_given', by: 'bob', missing: 1, configuration: 'now' },
    ]);
    const again = after(one, by('bob', now));
    expect(again.state.status).toBe('draft');
    expect(again.progress).toMatchObject({
      ...{ approvals: ['bob'], approvalsMissing: 1, approvedFor: 'now', askedAgainAt: 2_000 },
    });
    expect(after(again, by('ann', now)).state.status).toBe('approved');
  });

  test('are kept where the configuration of now says so', () => {
    const keep = give.inForce({ ...two, approvalOnChange: 'keep' });

    expect(eventsOf(one, by('bob', keep))).toEqual([
      { type: 'deployment.approved', by: 'bob', configuration: 'now' },
    ]);
  });

  test('make what was approved a draft again, once', () => {
    const approved = after(one, by('bob', then));
    const asked = after(approved, { type: 'hold', hold: HELD }, give.askAgain(two));

    expect(asked.state).toEqual({ status: 'draft' });
    expect(asked.progress).toMatchObject({
      ...{ approvals: [], approvalsMissing: 2, approvedAt: null, askedAgainAt: 2_000, hold: null },
    });
    expect(eventsOf(asked, give.askAgain(two))).toEqual([]);
    expect(after(asked, by('cy', now), by('ann', now)).state.status).toBe('approved');
  });

  test('are said to be wanted where nobody had to approve before', () => {
    const free = after(aDeployment({ configuration: 'then' }), by(null));

    expect(eventsOf(free, give.askAgain())).toEqual([
      {
        ...{ type: 'deployment.approvals_lapsed', by: [], missing: 1, configuration: 'now' },
        reason: 'its configuration asks for approval by now',
      },
    ]);
  });

  test('are nobody’s where none were given, or where nobody knows what they were given for', () => {
    expect(eventsOf(draft, give.askAgain())).toEqual([]);
    expect(eventsOf(after(aDeployment(), by('ann')), give.askAgain())).toEqual([]);
    const free = after(aDeployment({ configuration: 'then' }), by(null));
    expect(eventsOf(free, give.askAgain({ approval: 'none' }))).toEqual([]);
  });
});

const HELD = { kind: 'window', reason: 'closed', until: null, liftedBy: 'time' } as const;
