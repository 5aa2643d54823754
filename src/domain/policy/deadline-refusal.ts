import type { Policy } from '../model/plan/policy.js';

/** The field of the policy that is wrong, and what it should have been. */
export interface PolicyRefusal {
  readonly path: 'targetDeadline' | 'progressDeadline';
  readonly message: string;
}

export type Deadlines = Pick<Policy, 'targetDeadline' | 'progressDeadline' | 'deadline'>;

/**
 * Deadlines that could not all be meant: a nearer one must end before the one
 * around it, or it would never be the one that fires.
 *
 * @param driverTimeoutMs the longest one driver call may take; 0 where it is not known yet
 */
export function deadlineRefusal(
  { targetDeadline, progressDeadline, deadline }: Deadlines,
  driverTimeoutMs: number,
): PolicyRefusal | null {
  if (progressDeadline !== null) {
    if (progressDeadline >= deadline) {
      return refusal('progressDeadline', `the deadline of ${deadline} ms`, progressDeadline);
    }
    if (targetDeadline === null && driverTimeoutMs >= progressDeadline) {
      const message = `expected more than the driver's timeout of ${driverTimeoutMs} ms, got ${progressDeadline} ms: one slow call would pass for no progress`;
      return { path: 'progressDeadline', message };
    }
  }
  if (targetDeadline === null) return null;
  if (progressDeadline !== null && targetDeadline >= progressDeadline) {
    return refusal(
      'targetDeadline',
      `the progress deadline of ${progressDeadline} ms`,
      targetDeadline,
    );
  }
  return targetDeadline >= deadline
    ? refusal('targetDeadline', `the deadline of ${deadline} ms`, targetDeadline)
    : null;
}

const refusal = (path: PolicyRefusal['path'], around: string, got: number): PolicyRefusal => ({
  path,
  message: `expected less than ${around}, got ${got} ms`,
});
