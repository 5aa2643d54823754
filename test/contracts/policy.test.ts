import { describe, expect, test } from 'vitest';
import { LimitSchema } from '../../src/contracts/config/limit.schema.js';
import { PolicyOverrideSchema, PolicySchema } from '../../src/contracts/config/policy.schema.js';
import { DEFAULT_POLICY } from '../../src/domain/model/plan/policy.js';
import { messagesOf, pathsOf } from './refused.js';

describe('a policy', () => {
  test('needs nothing; every rule has its default', () => {
    expect(PolicySchema.parse({})).toEqual(DEFAULT_POLICY);
  });

  test.each(['none', 'required'] as const)(
    'takes the plain word %s for its approval',
    (approval) => {
      expect(PolicySchema.parse({ approval })).toEqual({ ...DEFAULT_POLICY, approval });
    },
  );

  test('says in full who must approve, and until when', () => {
    const approval = {
      required: 2,
      of: ['ann', 'bob', 'cid'],
      notByRequester: true,
      expires: '6h',
      onChange: 'keep',
    };

    expect(PolicySchema.parse({ approval })).toEqual({
      ...DEFAULT_POLICY,
      approval: 'required',
      approvals: 2,
      approvers: ['ann', 'bob', 'cid'],
      selfApproval: false,
      approvalExpiry: 6 * 3_600_000,
      approvalOnChange: 'keep',
    });
  });

  test('with an empty approval requires one of anybody', () => {
    expect(PolicySchema.parse({ approval: {} })).toEqual({
      ...DEFAULT_POLICY,
      approval: 'required',
    });
  });

  test('lets a draft wait for its approval 30 days, as long as it says, or for ever', () => {
    const expiryOf = (approval: unknown) => PolicySchema.parse({ approval }).approvalExpiry;

    expect(['none', 'required', {}].map(expiryOf)).toEqual(Array(3).fill(30 * 86_400_000));
    expect(expiryOf({ expires: '2d' })).toBe(2 * 86_400_000);
    expect(expiryOf({ expires: null })).toBeNull();
  });

  test('takes every other rule as it is written', () => {
    const written = {
      startBy: '12h',
      onFailure: 'hold',
      onConflict: 'supersede_running',
      retries: 0,
      retryDelay: 0,
      deadline: '2h',
      progressDeadline: '10m',
      targetDeadline: '5m',
      afterRollback: 'continue',
      heldOut: 'refuse',
      windows: [
        { kind: 'deny', rrule: 'FREQ=WEEKLY;BYDAY=FR', duration: '1d', timeZone: 'Europe/Berlin' },
      ],
    };

    expect(PolicySchema.parse(written)).toMatchObject({
      ...written,
      startBy: 12 * 3_600_000,
      deadline: 7_200_000,
      progressDeadline: 600_000,
      targetDeadline: 300_000,
      windows: [{ kind: 'deny', start: '1970-01-01T00:00', duration: 86_400_000 }],
    });
  });

  test('takes null where a deadline is to be none', () => {
    const none = { startBy: null, progressDeadline: null, targetDeadline: null };

    expect(PolicySchema.parse(none)).toEqual(DEFAULT_POLICY);
  });

  test.each<[string, object, string]>([
    ['an approval that is no word', { approval: 'maybe' }, 'approval'],
    ['nobody to approve', { approval: { required: 0 } }, 'approval.required'],
    ['fewer people than must approve', { approval: { required: 2, of: ['ann'] } }, 'approval.of'],
    ['nobody to choose from', { approval: { of: [] } }, 'approval.of'],
    ['an approver of two lines', { approval: { of: ['a\nb'] } }, 'approval.of.0'],
    ['an expiry that is no time', { approval: { expires: 'soon' } }, 'approval.expires'],
    ['a word for conflicts that is none', { onConflict: 'fight' }, 'onConflict'],
    ['a start-by of no time', { startBy: 0 }, 'startBy'],
    ['a progress deadline beyond the deadline', { progressDeadline: '2h' }, 'progressDeadline'],
    [
      'a target deadline beyond both',
      { progressDeadline: '10m', targetDeadline: '10m' },
      'targetDeadline',
    ],
    ['a window that is none', { windows: [{ kind: 'allow' }] }, 'windows.0.rrule'],
    ['a word for after a rollback that is none', { afterRollback: 'retry' }, 'afterRollback'],
    ['a word for held-out targets that is none', { heldOut: 'admit' }, 'heldOut'],
  ])('with %s is refused, and the field is named', (_, policy, path) => {
    expect(pathsOf(PolicySchema, policy)).toContain(path);
  });

  test.each<[object, string]>([
    [{ required: 2, of: ['ann', 'Ann '] }, 'expected at least 2 people to choose from, got 1'],
    [{ required: 1.5 }, 'required: '],
    [{ people: 2 }, '"people"'],
  ])('says what is wrong inside an approval: %j', (approval, message) => {
    expect(messagesOf(PolicySchema, { approval })).toContain(message);
  });

  test.each([
    ['approvals', { approvals: 2 }, '"approvals"'],
    ['limits, which are for all services together', { limits: [] }, '"limits"'],
  ])('does not take %s', (_, policy, field) => {
    expect(messagesOf(PolicySchema, policy)).toContain(field);
  });
});

describe('the policy of an environment', () => {
  test('holds only what is written', () => {
    expect(PolicyOverrideSchema.parse({})).toEqual({});
    expect(PolicyOverrideSchema.parse({ retries: 0, deadline: '2s' })).toEqual({
      retries: 0,
      deadline: 2_000,
    });
  });

  test('that speaks of approvals says all there is to say of them', () => {
    const none = {
      ...{ approvals: 1, approvers: null, selfApproval: true, approvalExpiry: 30 * 86_400_000 },
      approvalOnChange: 'again',
    };

    expect(PolicyOverrideSchema.parse({ approval: 'none' })).toEqual({ approval: 'none', ...none });
    expect(PolicyOverrideSchema.parse({ approval: { required: 2 } })).toEqual({
      ...none,
      approval: 'required',
      approvals: 2,
    });
  });

  test('is refused where a field is wrong, and the field is named', () => {
    expect(pathsOf(PolicyOverrideSchema, { retries: 21 })).toEqual(['retries']);
    expect(messagesOf(PolicyOverrideSchema, { retry: 1 })).toContain('"retry"');
  });
});

describe('a limit', () => {
  test.each([
    { environment: 'production', most: 2 },
    { label: { tier: 'db' }, most: 1 },
    { label: { tier: 'db', 'team/name': 'red.1' }, most: 1 },
  ])('is of an environment or of labels: %j', (limit) => {
    expect(LimitSchema.parse(limit)).toEqual(limit);
  });

  test.each([
    [{ most: 1 }],
    [{ environment: 'production' }],
    [{ environment: 'production', most: 0 }],
    [{ environment: 'A B', most: 1 }],
    [{ label: {}, most: 1 }],
    [{ label: { tier: 'a,b=c' }, most: 1 }],
    [{ label: { '': 'x' }, most: 1 }],
    [{ environment: 'production', label: { tier: 'db' }, most: 1 }],
    [{ label: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`l${n}`, 'x'])), most: 1 }],
  ])('is nothing else: %j', (limit) => {
    expect(LimitSchema.safeParse(limit).success).toBe(false);
  });
});
