import { err, type Result } from '../../model/result.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { CommandType, PlanCommand } from './plan-command.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';
import type { PlanState, PlanStatus } from '../../model/deployment/plan-state.js';

/** The events a command comes to (none where it was accepted before), or why not. */
export type Decision = Result<readonly PlanEvent[], Refusal>;

export interface Refusal {
  readonly code: 'plan/refused';
  /** One sentence that names the deployment, its state and what was asked. */
  readonly message: string;
}

/**
 * What a worker found, where what follows rests on how the deployment stands by
 * then: the events that it comes to, none where it comes too late or came before.
 */
export type Conclusion = (deployment: Deployment) => readonly PlanEvent[];

export type DeploymentIn<S extends PlanStatus> = Deployment & {
  readonly state: Extract<PlanState, { status: S }>;
};
export type To<C extends CommandType> = Extract<PlanCommand, { type: C }>;
export type Rule<S extends PlanStatus, C extends CommandType> = (
  deployment: DeploymentIn<S>,
  command: To<C>,
) => Decision;

export function refuse({ id, state }: Deployment, command: PlanCommand): Decision {
  const first = state.status === 'paused' && command.type === 'promote' ? '; resume it first' : '';
  return refusal(`cannot ${command.type}${subjectOf(command)}: ${id} is ${state.status}${first}`);
}

export const refusal = (message: string): Decision => err({ code: 'plan/refused', message });

const subjectOf = (command: PlanCommand): string => ('step' in command ? ` ${command.step}` : '');
