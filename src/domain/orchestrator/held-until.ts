import type { Deployment } from '../model/deployment/deployment.js';
import type { Hold } from '../model/hold.js';
import { startDue } from '../policy/admission.js';

/** What has no known end is asked about again this often. */
const ASK_AGAIN_MS = 15_000;

/** A known end may be brought forward: a freeze lifted, a window changed. */
const LOOK_AGAIN_MS = 60_000;

/**
 * When a held deployment asks again (epoch milliseconds): by then it may begin,
 * or it comes too late.
 */
export function heldUntil({ plan, progress }: Deployment, { until }: Hold, now: number): number {
  const due = startDue(plan.policy, progress.approvedAt);
  const again = until === null ? ASK_AGAIN_MS : LOOK_AGAIN_MS;
  return Math.max(now, Math.min(now + again, until ?? Infinity, due ?? Infinity));
}
