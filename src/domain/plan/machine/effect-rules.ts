import { ok } from '../../model/result.js';
import { backoff } from '../backoff.js';
import { type Decision, type DeploymentIn, refuse, type To } from './decision.js';
import { type Deployment, stepsOf } from '../../model/deployment/deployment.js';
import { failure } from './failure.js';
import type { Step, StepKind } from '../../model/plan/step.js';

type Executing = DeploymentIn<'executing'>;

export function startFlag(deployment: Executing, command: To<'start_flag'>): Decision {
  const { step, before } = command;
  if (step < deployment.state.step) return ok([]);
  const current = currentStep(deployment, step, 'set_flag');
  if (current === null) return refuse(deployment, command);
  const { flag, percent } = current;
  const progress = deployment.progress.flags[flag];
  if (progress !== undefined && progress.now === percent) return ok([]);
  return ok([{ type: 'deployment.flag_started', step, flag, before, percent }]);
}

export function finishFlag(deployment: Executing, command: To<'finish_flag'>): Decision {
  const { step, evidence } = command;
  if (step < deployment.state.step) return ok([]);
  const current = currentStep(deployment, step, 'set_flag');
  const progress = current && deployment.progress.flags[current.flag];
  if (!current || !progress) return refuse(deployment, command);
  if (progress.settled) return ok([]);
  const { flag, percent } = current;
  return ok([{ type: 'deployment.flag_set', step, flag, percent, evidence }]);
}

/** What failed in passing is tried again as often as the policy says; then the deployment has failed. */
export function failStep(deployment: Executing, command: To<'fail_step'>): Decision {
  const { error, transient, at } = command;
  const { step, attempts = 0, waitUntil } = deployment.state;
  // Reported before its next try was due: the same report came again.
  if (attempts > 0 && waitUntil !== null && at < waitUntil) return ok([]);
  const { retries, retryDelay } = deployment.plan.policy;
  if (transient && attempts < retries) {
    const retryAt = at + backoff(retryDelay, attempts);
    const attempt = attempts + 1;
    return ok([{ type: 'deployment.step_retried', step, error, attempt, retryAt }]);
  }
  const kind = stepsOf(deployment)[step]?.kind ?? 'step';
  return ok([failure(deployment, `${kind} failed: ${error}`)]);
}

export function currentStep<K extends StepKind>(
  deployment: Executing,
  step: number,
  kind: K,
): Extract<Step, { kind: K }> | null {
  const current = step === deployment.state.step ? stepsOf(deployment)[step] : undefined;
  return isKind(current, kind) ? current : null;
}

const isKind = <K extends StepKind>(
  step: Step | undefined,
  kind: K,
): step is Extract<Step, { kind: K }> => step?.kind === kind;

/** A rollback gives traffic and flags back; what fails there in passing is tried until its deadline. */
export function failRestoring(
  deployment: DeploymentIn<'rolling_back'>,
  { error, transient, at }: To<'fail_restoring'>,
): Decision {
  const { attempts = 0, waitUntil = null, reason } = deployment.state;
  if (waitUntil !== null && at < waitUntil) return ok([]);
  const { retries, retryDelay } = deployment.plan.policy;
  if (transient || attempts < retries) {
    const retryAt = at + backoff(retryDelay, attempts);
    return ok([{ type: 'deployment.restore_retried', error, attempt: attempts + 1, retryAt }]);
  }
  return ok([{ type: 'deployment.failed', reason: `${reason}; could not go back: ${error}` }]);
}

export function restoreFlag(
  { progress }: Deployment,
  { flag, evidence }: To<'restore_flag'>,
): Decision {
  const state = progress.flags[flag];
  if (state === undefined || (state.settled && state.now === state.before)) return ok([]);
  return ok([{ type: 'deployment.flag_restored', flag, percent: state.before, evidence }]);
}
