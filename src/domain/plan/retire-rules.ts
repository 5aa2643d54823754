import { ok } from '../result.js';
import { backoff } from './backoff.js';
import { type Decision, type DeploymentIn, refuse, type To } from './decision.js';
import { type Deployment, progressOf } from './deployment.js';
import { currentStep } from './effect-rules.js';

export function startRetire(
  deployment: DeploymentIn<'executing'>,
  command: To<'start_retire'>,
): Decision {
  const { target, fence, worker } = command;
  const step = currentStep(deployment, deployment.state.step, 'retire');
  if (!step?.targets.includes(target)) return refuse(deployment, command);
  const was = progressOf(deployment, target);
  if (was.state === 'retired' || was.state === 'kept') return ok([]);
  if (was.state === 'retiring' && was.fence === fence && was.retryAt === null) return ok([]);
  if (was.state !== 'pending' && was.state !== 'retiring') return refuse(deployment, command);
  return ok([{ type: 'deployment.target_retiring', target, fence, worker }]);
}

export function retire(deployment: Deployment, command: To<'retire_target'>): Decision {
  const { state } = progressOf(deployment, command.target);
  if (state === 'retired') return ok([]);
  if (state !== 'retiring') return refuse(deployment, command);
  const { target, evidence } = command;
  return ok([{ type: 'deployment.target_retired', target, evidence }]);
}

/** The new version is live by then: what can't be taken away stays, and is said to stay. */
export function failRetire(deployment: Deployment, command: To<'fail_retire'>): Decision {
  const { target, error, evidence, transient, at } = command;
  const { state, attempts, retryAt: reported } = progressOf(deployment, target);
  if (state === 'kept') return ok([]);
  if (state !== 'retiring') return refuse(deployment, command);
  if (reported !== null) return ok([]);
  const { retries, retryDelay } = deployment.plan.policy;
  if (transient && attempts < retries) {
    const retryAt = at + backoff(retryDelay, attempts);
    const attempt = attempts + 1;
    return ok([{ type: 'deployment.target_retried', target, error, attempt, retryAt }]);
  }
  return ok([{ type: 'deployment.target_kept', target, error, evidence }]);
}
