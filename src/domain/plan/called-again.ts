import { type Deployment, progressOf } from '../model/deployment/deployment.js';
import type { TargetId } from '../model/ids.js';
import { verdicts } from '../model/verification.js';

/** What a retry calls again: what failed, and what took the version and was then found bad by the verification. */
export function calledAgain(deployment: Deployment): (target: TargetId) => boolean {
  const bad = deployment.health === null ? new Map() : verdicts(deployment.health);
  return (target) => {
    const { state } = progressOf(deployment, target);
    return state === 'failed' || (state === 'updated' && bad.get(target) === true);
  };
}
