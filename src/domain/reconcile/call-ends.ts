import type { TargetId } from '../model/ids.js';
import { backoff } from '../plan/backoff.js';
import { type Deployment, progressOf } from '../model/deployment/deployment.js';
import type { Report } from '../plan/machine/report-rules.js';
import type { Evidence } from '../model/target.js';

/** Deploying, going back, or taking away what the old version leaves. */
export type Way = 'deploy' | 'restore' | 'retire';

export interface CallFailure {
  readonly error: string;
  /** Whether trying again may help; the policy says how often it is tried. */
  readonly transient: boolean;
  readonly evidence: Evidence | null;
  readonly cause: 'call' | 'router';
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What a failed call comes to: it is repeated as often as the policy says, and then given up. */
export function failedCall(
  deployment: Deployment,
  way: Way,
  target: TargetId,
  failure: CallFailure,
): Report {
  const { error, transient, evidence, cause, at } = failure;
  const { attempts, since = at } = progressOf(deployment, target);
  const { retries, retryDelay, targetDeadline } = deployment.plan.policy;
  const late = way === 'deploy' && targetDeadline !== null && at > since + targetDeadline;
  if (transient && attempts < retries && !late) {
    const retryAt = at + backoff(retryDelay, attempts);
    const again = { attempt: attempts + 1, retryAt, ...(evidence && { evidence }) };
    return { type: 'deployment.target_retried', target, error, ...again };
  }
  switch (way) {
    case 'deploy':
      return { type: 'deployment.target_failed', target, error, evidence, cause };
    case 'restore':
      return { type: 'deployment.target_restore_failed', target, error, evidence };
    case 'retire':
      return { type: 'deployment.target_retire_failed', target, error, evidence };
  }
}
