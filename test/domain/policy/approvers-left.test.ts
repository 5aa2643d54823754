import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/model/plan/policy.js';
import {
  approvalRefusal,
  approversLeft,
  nobodyCanApprove,
} from '../../../src/domain/policy/approvers-left.js';

const policyOf = (policy: Partial<Policy>): Policy => ({
  ...{ ...DEFAULT_POLICY, approval: 'required' },
  ...policy,
});
const TWO_OF_TWO = policyOf({ approvals: 2, approvers: ['ann', 'bob'], selfApproval: false });

describe('who can still approve', () => {
  test('is anybody where no names are given', () => {
    expect(
      approversLeft(policyOf({ approvals: 20 }), { requestedBy: 'ann', given: [] }),
    ).toBeNull();
  });

  test('is each of the list once, without those who did, and the requester where the policy says so', () => {
    const approvers = ['ann', 'Ann', 'bob', 'cid'];
    const soFar = { requestedBy: 'cid', given: ['BOB'] };

    expect(approversLeft(policyOf({ approvers }), soFar)).toEqual(['ann', 'cid']);
    expect(approversLeft(policyOf({ approvers, selfApproval: false }), soFar)).toEqual(['ann']);
  });
});

describe('an approval that nobody can give', () => {
  test.each<[string, Partial<Policy>, string | null, readonly string[]]>([
    ['where none is required', { approval: 'none' }, 'ann', []],
    ['where anybody may', { approvers: null }, 'ann', []],
    ['of what another one asks for', {}, 'cid', []],
    ['of what nobody knows who asks for', {}, null, []],
    ['where the requester may be one of them', { selfApproval: true }, 'ann', []],
    ['where enough were given, also by who left the list', {}, 'cid', ['dan', 'eve']],
    ['where what is missing can still be given', {}, 'ann', ['dan']],
  ])('is none %s', (_, policy, requestedBy, given) => {
    expect(nobodyCanApprove({ ...TWO_OF_TWO, ...policy }, { requestedBy, given })).toBeNull();
  });

  test.each<[string, Partial<Policy>, string | null, readonly string[], string]>([
    [
      'the requester is one of as many as are needed',
      {},
      ' ANN ',
      [],
      '`policy.approval` asks for 2 of ann, bob;  ANN  requested it and may not approve it (`notByRequester`); only bob can still approve it',
    ],
    [
      'the requester is the only one',
      { approvals: 1, approvers: ['ann'] },
      'ann',
      [],
      '`policy.approval` asks for 1 of ann; ann requested it and may not approve it (`notByRequester`); nobody is left',
    ],
    [
      'somebody left the list, and what was given is not enough',
      { approvals: 3 },
      'cid',
      ['ann'],
      '`policy.approval` asks for 3 of ann, bob; 1 given by ann; only bob can still approve it',
    ],
  ])('is one where %s', (_, policy, requestedBy, given, why) => {
    expect(nobodyCanApprove({ ...TWO_OF_TWO, ...policy }, { requestedBy, given })).toBe(why);
  });

  test('is refused with the rule and what to do', () => {
    expect(approvalRefusal(TWO_OF_TWO, 'bob')).toBe(
      'nobody could approve it: `policy.approval` asks for 2 of ann, bob; bob requested it and may not approve it (`notByRequester`); only ann can still approve it. Let somebody else request it, or name more people who may approve',
    );
    expect(approvalRefusal(TWO_OF_TWO, 'cid')).toBeNull();
  });
});
