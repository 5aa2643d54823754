import { describe, expect, test } from 'vitest';
import { planNotes } from '../../../src/domain/explain/plan-notes.js';
import { compilePlan } from '../../../src/domain/plan/compile/compile-plan.js';
import type { Policy } from '../../../src/domain/model/plan/policy.js';
import type { Place, TargetStatus } from '../../../src/domain/model/target-status.js';
import { aPlanInput } from '../../support/fixtures.js';
import { running, webs } from '../reconcile/standing.js';

const at = (place: Partial<Place>, more: Partial<TargetStatus> = {}): TargetStatus =>
  running('1.0.0', {
    place: { driver: 'fake', name: 'web-1', address: '127.0.0.1:8080', metadata: {}, ...place },
    ...more,
  });

const planned = (status: TargetStatus, removes = true, policy: Partial<Policy> = {}) =>
  compilePlan(
    aPlanInput({ targets: ['web-1'], configured: true, version: '2.0.0', removes, policy }),
    webs(status),
  );
const notesOf = (...given: Parameters<typeof planned>) => {
  const plan = planned(...given);
  return plan.ok ? planNotes(plan.value).slice(1) : plan.error.message;
};

describe('a target that has another address, or another driver, than when it was deployed to', () => {
  test('is told of with what becomes of what runs where it was', () => {
    expect(notesOf(at({ address: 'old:1' }))).toEqual([
      'web-1 moved from old:1 to 127.0.0.1:8080: 1.0.0, which runs there, is ended when it is deployed to',
    ]);
    expect(notesOf(at({ address: 'old:1' }, { version: ['?'] }), false)).toEqual([
      'web-1 moved from old:1 to 127.0.0.1:8080: what runs there stays: the fake driver cannot remove anything',
    ]);
    expect(notesOf(at({ driver: 'other' }))).toEqual([
      'web-1 has another driver: 1.0.0, which runs there, stays: the other driver deployed it, and it has the fake driver now',
    ]);
  });

  test('is no news where it is as it was, or runs nothing', () => {
    expect(notesOf(at({}))).toEqual([]);
    expect(notesOf(at({ address: 'old:1' }, { version: [null] }))).toEqual([]);
  });

  test('is refused where the policy refuses that anything is left behind', () => {
    const policy = { removedTargets: 'refuse' } as const;

    expect(notesOf(at({ address: 'old:1' }), false, policy)).toBe(
      'web-1 (was at old:1, runs 1.0.0) would stay where it was: stop it there, or set removedTargets to retire or leave',
    );
    expect(notesOf(at({ address: 'old:1' }), true, policy)).toHaveLength(1);
  });
});
