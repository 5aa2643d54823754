import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/domain/model/plan/policy.js';
import { NO_APPROVAL } from '../../../src/domain/policy/approval.js';
import { aWorkerSign, knowing, knownService } from '../../support/worker-signs.js';
import { commandsOf, deploy, explained, lived, planned } from './standing.js';

const steps = [deploy(1), deploy(2)];

describe('a draft is held by its approval', () => {
  test('which anyone can give where none is required', () => {
    const draft = planned(steps);
    const { holds, next, nextAt, ...rest } = explained(draft);
    expect(holds).toEqual([
      {
        kind: 'approval',
        reason: 'it is a draft that nobody asked to carry out yet',
        since: 1_000,
        until: null,
        liftedBy: 'anyone',
        command: `signalbox approve ${draft.id}`,
      },
    ]);
    expect(rest).toMatchObject({ id: draft.id, state: 'draft', step: null });
    expect(rest.deadlines).toEqual([
      { kind: 'approval_expiry', at: 1_000 + 30 * 86_400_000, outcome: 'it is cancelled' },
    ]);
    expect(next).toContain('once it is approved');
    expect(nextAt).toBeNull();
    expect(commandsOf(explained(draft))).toEqual(['approve', 'reject']);
  });

  test('by those who may, so many of them, and until it expires', () => {
    const policy = {
      approval: 'required',
      approvals: 3,
      approvers: ['ann', 'bob', 'cy', 'tester'],
      selfApproval: false,
      approvalExpiry: 60_000,
    } as const;
    const draft = planned(steps, { policy });
    expect(explained(draft)).toMatchObject({
      holds: [
        {
          reason: 'it has 0 of 3 approvals',
          liftedBy: 'ann, bob, cy',
        },
      ],
      deadlines: [{ kind: 'approval_expiry', at: 61_000, outcome: 'it is cancelled' }],
    });
    const one = lived(draft, 3_000, {
      type: 'deployment.approval_given',
      by: 'ann',
      missing: 2,
    });
    expect(explained({ ...one, requestedBy: null }).holds).toMatchObject([
      {
        reason: 'it has 1 of 3 approvals (given by ann)',
        liftedBy: 'bob, cy, tester',
      },
    ]);
  });

  test('of anyone, where no names are given', () => {
    const draft = planned(steps, { policy: { approval: 'required' } });
    expect(explained(draft).holds).toMatchObject([{ liftedBy: 'anyone' }]);
  });

  test('of anyone but those who cannot any more', () => {
    const policy = { approval: 'required', approvals: 2, selfApproval: false } as const;
    const draft = planned(steps, { policy });
    const one = lived(draft, 3_000, { type: 'deployment.approval_given', by: 'ann', missing: 1 });
    expect(explained(one).holds).toMatchObject([
      { liftedBy: 'anyone, who has not approved it yet, but not tester, who requested it' },
    ]);
  });

  test('that nobody can give any more, until it expires', () => {
    const policy: Partial<Policy> = {
      ...{ approvals: 2, approvers: ['ann', 'bob', 'tester'] },
      ...{ selfApproval: false, approvalExpiry: 60_000 },
      approval: 'required',
    };
    const draft = planned(steps, { policy, configuration: 'same' });
    const one = lived(draft, 3_000, { type: 'deployment.approval_given', by: 'ann', missing: 1 });
    const approvals = { same: { ...NO_APPROVAL, ...policy, approvers: ['ann', 'tester'] } };
    const knowledge = knowing(knownService('api', { elsewhere: 'same', approvals }));
    const left = explained(one, { workers: [aWorkerSign({ knowledge })] });

    expect(explained(one).holds).toMatchObject([{ liftedBy: 'bob', until: null }]);
    expect(left.holds).toEqual([
      {
        kind: 'approval',
        reason:
          'nobody can approve it: `policy.approval` asks for 2 of ann, tester; 1 given by ann; tester requested it and may not approve it (`notByRequester`); nobody is left',
        since: 1_000,
        until: 61_000,
        liftedBy: 'a configuration that names more people who may approve',
        command: `signalbox reject ${draft.id} --reason …`,
      },
    ]);
    expect(left.next).toContain('it is cancelled then, unless more people may approve it');
    expect(left.nextAt).toBeNull();
  });

  test('which wants --older where a newer one is active by now', () => {
    const draft = planned(steps);
    const active = { ...planned(steps, { version: '9.0.0' }), createdAt: draft.createdAt + 1 };

    expect(explained(draft, { active }).options).toContainEqual({
      command: `signalbox approve ${draft.id} --older`,
      does: 'puts it over the newer 9.0.0',
    });
    expect(commandsOf(explained(draft, { active }))).toEqual(['approve', 'reject']);
    expect(explained(draft).options[0]?.command).toBe(`signalbox approve ${draft.id}`);
  });

  test('by those whom the configuration of now names, and anew where it changed since', () => {
    const policy = { approval: 'required', approvers: ['ann', 'bob'] } as const;
    const draft = planned(steps, { policy, configuration: 'then' });
    const approvals = {
      now: { ...NO_APPROVAL, ...policy, approvals: 2, approvers: ['bob', 'cy'] },
    };
    const knowledge = knowing(knownService('api', { elsewhere: 'now', approvals }));
    const workers = [aWorkerSign({ knowledge })];
    const one = lived(draft, 3_000, {
      ...{ type: 'deployment.approval_given', by: 'ann', missing: 1, configuration: 'then' },
    });
    const lapsed = lived(one, 4_000, {
      ...{ type: 'deployment.approvals_lapsed', by: ['ann'], missing: 2, configuration: 'now' },
      reason: 'its configuration changed',
    });
    const again = '; its configuration changed, so approvals are wanted again';

    expect(explained(draft, { workers }).holds).toMatchObject([
      { reason: 'it has 0 of 2 approvals', liftedBy: 'bob, cy', since: 1_000 },
    ]);
    expect(explained(one, { workers }).holds).toMatchObject([
      { reason: `it has 0 of 2 approvals${again}`, liftedBy: 'bob, cy', since: 1_000 },
    ]);
    expect(explained(lapsed).holds).toMatchObject([
      { reason: `it has 0 of 2 approvals${again}`, since: 4_000 },
    ]);
    expect(explained(one).holds).toMatchObject([
      { reason: 'it has 1 of 2 approvals (given by ann)' },
    ]);
  });
});
