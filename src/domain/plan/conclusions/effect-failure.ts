import { backoff } from '../backoff.js';
import type { Conclusion } from '../machine/decision.js';
import { executingAt, stepsOf } from '../../model/deployment/deployment.js';
import { failure } from '../machine/failure.js';

interface FailedCall {
  /** The step it was made for; `null` on the way back. */
  readonly step: number | null;
  readonly error: string;
  readonly transient: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Router or flag store failed, in a step or on the way back: it is tried again, or that was the end of it. */
export const failedEffect =
  ({ step, error, transient, at }: FailedCall): Conclusion =>
  (deployment) => {
    const { plan, state: now } = deployment;
    const back = now.status === 'rolling_back' ? now : null;
    const state = step === null ? back : executingAt(deployment, step);
    // Reported before its next try was due: the same came again.
    if (state === null || (state.attempts !== undefined && at < (state.waitUntil ?? 0))) return [];
    const { attempts = 0 } = state;
    const { retries, retryDelay } = plan.policy;
    const next = { error, attempt: attempts + 1, retryAt: at + backoff(retryDelay, attempts) };
    const mayTry = attempts < retries;
    if (state.status === 'executing') {
      if (transient && mayTry) {
        return [{ type: 'deployment.step_retried', step: state.step, ...next }];
      }
      const kind = stepsOf(deployment)[state.step]?.kind ?? 'step';
      return [failure(deployment, `${kind} failed: ${error}`)];
    }
    // What fails in passing on the way back is tried until its deadline.
    if (transient || mayTry) return [{ type: 'deployment.restore_retried', ...next }];
    const reason = `${state.reason}; could not go back: ${error}`;
    return [{ type: 'deployment.failed', reason }];
  };
