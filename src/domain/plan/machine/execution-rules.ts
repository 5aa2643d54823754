import { ok } from '../../model/result.js';
import { type Decision, type DeploymentIn, refusal, refuse, type To } from './decision.js';
import { completion } from './completion.js';
import { type Deployment, progressOf, stepsOf } from '../../model/deployment/deployment.js';
import { failure } from './failure.js';
import { budgetExceeded, failuresAgainst } from '../failure-budget.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';
import type { TargetId } from '../../model/ids.js';
import type { CheckStep, DeployStep, Step } from '../../model/plan/step.js';

/** Verifications that learn nothing are repeated this often before that counts as a failure. */
const INCONCLUSIVE_ATTEMPTS = 3;
const INCONCLUSIVE_DELAY_MS = 5_000;

export const cancel = (
  _: Deployment,
  { reason }: To<'cancel' | 'rollback' | 'abort' | 'halt'>,
): Decision => ok([{ type: 'deployment.cancelled', reason }]);

export function begin(_: Deployment, command: To<'begin'>): Decision {
  const { previous, declared, shares, replanned, overridden } = command;
  return ok([
    {
      ...{ type: 'deployment.started', previous, declared, shares },
      ...(replanned && { replanned }),
      ...(overridden && { overridden }),
    },
  ]);
}

export const pause = (_: Deployment, { reason }: To<'pause'>): Decision =>
  ok([{ type: 'deployment.paused', reason }]);

export const resume = (_: Deployment, { reason }: To<'resume'>): Decision =>
  ok([{ type: 'deployment.resumed', ...(reason !== undefined && { reason }) }]);

export function wait(deployment: DeploymentIn<'executing'>, command: To<'wait'>): Decision {
  const { step, until } = command;
  if (step < deployment.state.step) return ok([]);
  if (step > deployment.state.step) return refuse(deployment, command);
  if (deployment.state.waitUntil !== null) return ok([]);
  return ok([{ type: 'deployment.waiting', step, until }]);
}

export function complete(
  deployment: DeploymentIn<'executing'>,
  command: To<'complete_step'>,
): Decision {
  const { step } = command;
  if (step < deployment.state.step) return ok([]);
  const current = stepsOf(deployment)[step];
  if (step > deployment.state.step || current === undefined) return refuse(deployment, command);
  const open = openPart(deployment, current, step);
  if (open !== null) return refusal(`step ${step} is not complete: ${open}`);
  const counts = current.kind === 'deploy' || current.kind === 'check';
  if (counts && budgetExceeded(deployment, current)) {
    return ok([failure(deployment, sayFailed(deployment, current))]);
  }
  return ok(completion(deployment, step));
}

/** What a step still lacks; `null` where it has all. */
function openPart(
  deployment: DeploymentIn<'executing'>,
  step: Step,
  number: number,
): string | null {
  const { progress, analyses } = deployment;
  switch (step.kind) {
    case 'deploy':
    case 'check':
      return listed(step.targets.filter((id) => isOpen(deployment, step, id)));
    case 'retire':
      return listed(step.targets.filter((id) => isUnretired(deployment, id)));
    case 'set_flag':
      return progress.flags[step.flag]?.settled ? null : 'the flag store has not answered';
    case 'gate':
      return progress.promotedToEnd ? null : `gate ${step.name} waits to be promoted`;
    case 'analyze': {
      const judged = step.mode === 'background' || analyses[number]?.report != null;
      return judged || progress.promotedToEnd ? null : `analysis ${step.analysis} has no verdict`;
    }
    // What the router says is the worker's to look at.
    case 'shift':
    case 'wait':
      return null;
  }
}

const listed = (ids: readonly TargetId[]): string | null =>
  ids.length === 0 ? null : ids.join(', ');

function isUnretired(deployment: Deployment, id: TargetId): boolean {
  const { state } = progressOf(deployment, id);
  return state === 'pending' || state === 'retiring';
}

export function judge(
  deployment: DeploymentIn<'verifying'>,
  { verification, at }: To<'judge'>,
): Decision {
  const { status, reason } = verification;
  const { attempt, waitUntil } = deployment.state;
  // Looked at before the time it rests until: the same report came again.
  if (waitUntil !== null && at < waitUntil) return ok([]);
  if (status === 'unknown' && attempt + 1 < INCONCLUSIVE_ATTEMPTS) {
    const retryAt = at + INCONCLUSIVE_DELAY_MS;
    return ok([{ type: 'deployment.inconclusive', verification, retryAt }]);
  }
  const verified: PlanEvent = { type: 'deployment.verified', verification };
  if (status === 'healthy' || status === 'degraded') {
    return ok([verified, { type: 'deployment.completed' }]);
  }
  const words = status === 'unknown' ? 'verification was inconclusive' : 'verification failed';
  return ok([verified, failure(deployment, `${words}: ${reason}`)]);
}

/** Past its tolerance a step begins and repeats nothing more; only calls still going on keep it open. */
function isOpen(deployment: Deployment, step: DeployStep | CheckStep, id: TargetId): boolean {
  const { state, retryAt } = progressOf(deployment, id);
  const going = !budgetExceeded(deployment, step);
  if (state === 'started') return going || retryAt === null;
  return step.kind === 'deploy' && state === 'pending' && going;
}

function sayFailed(deployment: Deployment, step: DeployStep | CheckStep): string {
  const said = failuresAgainst(deployment, step).map(
    (id) => `${id}: ${progressOf(deployment, id).error}`,
  );
  const shown = said.slice(0, 3).join('; ');
  const more = said.length > 3 ? `; and ${said.length - 3} more` : '';
  const allowed = step.tolerance.failures;
  return `${said.length} of ${deployment.plan.targets.length} targets failed (${allowed} tolerated): ${shown}${more}`;
}
