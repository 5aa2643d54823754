import type { Verification } from '../../model/verification.js';
import type { Conclusion } from '../machine/decision.js';
import { failure } from '../machine/failure.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';

/** Verifications that learn nothing are repeated this often before that counts as a failure. */
const INCONCLUSIVE_ATTEMPTS = 3;
const INCONCLUSIVE_DELAY_MS = 5_000;

/** What the checks said of the whole: it is completed, looked at again, or has failed. */
export const verificationEnd =
  (verification: Verification, at: number): Conclusion =>
  (deployment) => {
    const { state } = deployment;
    // Looked at before the time it rests until: the same came again.
    if (state.status !== 'verifying' || at < (state.waitUntil ?? 0)) return [];
    const { status, reason } = verification;
    if (status === 'unknown' && state.attempt + 1 < INCONCLUSIVE_ATTEMPTS) {
      const retryAt = at + INCONCLUSIVE_DELAY_MS;
      return [{ type: 'deployment.inconclusive', verification, retryAt }];
    }
    const verified: PlanEvent = { type: 'deployment.verified', verification };
    if (status === 'healthy' || status === 'degraded') {
      return [verified, { type: 'deployment.completed' }];
    }
    const words = status === 'unknown' ? 'verification was inconclusive' : 'verification failed';
    return [verified, failure(deployment, `${words}: ${reason}`)];
  };
