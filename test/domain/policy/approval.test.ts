import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/model/plan/policy.js';
import {
  approvalDue,
  approve,
  type ApprovalAnswer,
  type ApprovalInput,
} from '../../../src/domain/policy/approval.js';

const answer = (policy: Partial<Policy>, input: Partial<ApprovalInput>): ApprovalAnswer =>
  approve(
    { ...DEFAULT_POLICY, approval: 'required', ...policy },
    { requestedBy: 'ann', given: [], by: 'bob', ...input },
  );

const accepted = (missing: number): ApprovalAnswer => ({ kind: 'accepted', missing });

describe('an approval', () => {
  test.each<[string, Partial<Policy>, Partial<ApprovalInput>, ApprovalAnswer]>([
    ['of anybody is enough where nothing else is said', {}, {}, accepted(0)],
    ['of the requester is as good, unless the policy says no', {}, { by: 'ann' }, accepted(0)],
    ['without a name is enough where nobody asks for one', {}, { by: null }, accepted(0)],
    [
      'where none is required is enough, whosoever it is',
      { approval: 'none', approvals: 3, selfApproval: false },
      { by: 'ann' },
      accepted(0),
    ],
    ['is the first of three', { approvals: 3 }, {}, accepted(2)],
    ['is the last of three', { approvals: 3 }, { given: ['cid', 'dan'] }, accepted(0)],
    ['more than are needed does no harm', { approvals: 1 }, { given: ['cid', 'dan'] }, accepted(0)],
    ['of one who may give it counts', { approvers: ['Bob'] }, {}, accepted(0)],
    ['of somebody else than the requester counts', { selfApproval: false }, {}, accepted(0)],
    [
      'counts where nobody knows who requested it',
      { selfApproval: false },
      { requestedBy: null },
      accepted(0),
    ],
  ])('%s', (_, policy, input, expected) => {
    expect(answer(policy, input)).toEqual(expected);
  });

  test.each([
    ['the same name', 'bob'],
    ['another case', 'BOB'],
    ['blanks around it', ' bob '],
    ['full-width letters', 'ｂｏｂ'],
  ])('twice by the same person is one, also in %s', (_, by) => {
    expect(answer({ approvals: 3 }, { by, given: ['bob'] })).toEqual({ kind: 'given_before' });
  });

  test.each<[string, Partial<Policy>, Partial<ApprovalInput>, string]>([
    [
      'by one who may not',
      { approvers: ['cid', 'dan'] },
      {},
      'bob is not among its approvers: cid, dan',
    ],
    [
      'by the requester, where it must be another',
      { selfApproval: false },
      { by: 'Ann' },
      'Ann requested it, and it needs the approval of somebody else',
    ],
    [
      'without a name, where two people are needed',
      { approvals: 2 },
      { by: null },
      'its policy asks who approves, and no name was given',
    ],
    [
      'without a name, where it must be on a list',
      { approvers: ['bob'] },
      { by: null },
      'its policy asks who approves, and no name was given',
    ],
    [
      'without a name, where it must be another',
      { selfApproval: false },
      { by: ' ' },
      'its policy asks who approves, and no name was given',
    ],
  ])('%s is refused with the reason', (_, policy, input, reason) => {
    expect(answer(policy, input)).toEqual({ kind: 'refused', reason });
  });

  test('is due as long after planning as the policy says, which is 30 days where it says nothing', () => {
    const policy = { ...DEFAULT_POLICY, approval: 'required', approvalExpiry: 500 } as const;

    expect(approvalDue(policy, 1_000)).toBe(1_500);
    expect(approvalDue({ ...policy, approvalExpiry: null }, 1_000)).toBeNull();
    expect(approvalDue(DEFAULT_POLICY, 1_000)).toBe(1_000 + 30 * 86_400_000);
  });
});
