import { ok } from '../../model/result.js';
import {
  type Conclusion,
  type Decision,
  type DeploymentIn,
  refuse,
  refusal,
  type To,
} from './decision.js';
import { executingAt, stepsOf } from '../../model/deployment/deployment.js';
import { failure } from './failure.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';
import { passed } from './passed.js';

type Executing = DeploymentIn<'executing'>;

/** Nobody came in time: the plan says what that means. */
export const gateTimeout =
  (step: number, at: number): Conclusion =>
  (deployment) => {
    const open = executingAt(deployment, step)?.gate;
    const gate = stepsOf(deployment)[step];
    if (open === undefined || gate?.kind !== 'gate') return [];
    if (open.until === null || at < open.until) return [];
    if (gate.onTimeout === 'abort') {
      return [failure(deployment, `gate ${gate.name}: nobody promoted in time`)];
    }
    return [
      { type: 'deployment.promoted', step, by: 'timeout', all: false },
      ...passed(deployment, step),
    ];
  };

/** A person goes past what the deployment waits for or measures; with `all`, past everything of the kind. */
export function promote(deployment: Executing, command: To<'promote'>): Decision {
  const { by, all, step: meant, reason } = command;
  const { step } = deployment.state;
  if (meant !== undefined && meant < step) return ok([]);
  if (meant !== undefined && meant > step) return refuse(deployment, command);
  const current = stepsOf(deployment)[step];
  const promoted: PlanEvent = {
    ...{ type: 'deployment.promoted', step, by, all },
    ...(reason !== undefined && { reason }),
  };
  const waits =
    current?.kind === 'gate' ||
    current?.kind === 'wait' ||
    current?.kind === 'measure' ||
    (current?.kind === 'analyze' && current.mode === 'inline');
  if (waits) return ok([promoted, ...passed(deployment, step)]);
  if (all) return ok(deployment.progress.promotedToEnd ? [] : [promoted]);
  return refusal(
    `cannot promote ${deployment.id}: it is at no gate, wait or analysis, but at ${current?.kind ?? 'the end'}`,
  );
}

/** A promotion that comes again after the step it was meant for changes nothing. */
export function passedBefore(
  deployment: DeploymentIn<'verifying' | 'paused' | 'completed'>,
  command: To<'promote'>,
): Decision {
  const { state } = deployment;
  const at =
    state.status === 'paused' && state.from.status === 'executing' ? state.from.step : null;
  const isPast = command.step !== undefined && (at === null || command.step < at);
  return isPast ? ok([]) : refuse(deployment, command);
}
