import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/domain/model/plan/policy.js';
import { type Deadlines, deadlineRefusal } from '../../../src/domain/policy/deadline-refusal.js';

const deadlines = (rest: Partial<Deadlines>): Deadlines => ({
  deadline: 1_000,
  progressDeadline: null,
  targetDeadline: null,
  ...rest,
});

describe('deadlines', () => {
  test.each<[string, Deadlines, number]>([
    ['the defaults, whatever the driver takes', DEFAULT_POLICY, 86_400_000],
    ['each inside the next', deadlines({ targetDeadline: 100, progressDeadline: 500 }), 50],
    ['a target’s own, shorter than a driver’s timeout', deadlines({ targetDeadline: 100 }), 5_000],
    [
      'a slow driver held by the target’s own',
      deadlines({ targetDeadline: 100, progressDeadline: 500 }),
      600,
    ],
    ['progress alone', deadlines({ progressDeadline: 999 }), 998],
  ])('that can all be meant are fine: %s', (_, policy, timeout) => {
    expect(deadlineRefusal(policy, timeout)).toBeNull();
  });

  test.each<[Deadlines, number, string, string]>([
    [
      deadlines({ progressDeadline: 1_000 }),
      0,
      'progressDeadline',
      'expected less than the deadline of 1000 ms, got 1000 ms',
    ],
    [
      deadlines({ targetDeadline: 1_000 }),
      0,
      'targetDeadline',
      'expected less than the deadline of 1000 ms, got 1000 ms',
    ],
    [
      deadlines({ targetDeadline: 500, progressDeadline: 500 }),
      0,
      'targetDeadline',
      'expected less than the progress deadline of 500 ms, got 500 ms',
    ],
    [
      deadlines({ progressDeadline: 500 }),
      500,
      'progressDeadline',
      "expected more than the driver's timeout of 500 ms, got 500 ms: one slow call would pass for no progress",
    ],
  ])('that cannot are refused, naming the field: %j', (policy, timeout, path, message) => {
    expect(deadlineRefusal(policy, timeout)).toEqual({ path, message });
  });
});
