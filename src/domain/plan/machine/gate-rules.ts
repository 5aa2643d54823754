import { ok } from '../../model/result.js';
import { completion } from './completion.js';
import { type Decision, type DeploymentIn, refuse, refusal, type To } from './decision.js';
import { stepsOf } from '../../model/deployment/deployment.js';
import { currentStep } from './effect-rules.js';
import { failure } from './failure.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';

type Executing = DeploymentIn<'executing'>;

export function openGate(deployment: Executing, command: To<'open_gate'>): Decision {
  const { step, at } = command;
  if (step < deployment.state.step) return ok([]);
  const gate = currentStep(deployment, step, 'gate');
  if (gate === null) return refuse(deployment, command);
  if (deployment.state.gate !== undefined) return ok([]);
  const until = gate.timeout === null ? null : at + gate.timeout;
  return ok([{ type: 'deployment.gate_reached', step, name: gate.name, until }]);
}

/** Nobody came in time: the plan says what that means. */
export function timeOutGate(deployment: Executing, command: To<'time_out_gate'>): Decision {
  const { step, at } = command;
  const { gate: open } = deployment.state;
  if (step < deployment.state.step) return ok([]);
  const gate = currentStep(deployment, step, 'gate');
  if (gate === null || open === undefined) return refuse(deployment, command);
  if (open.until === null || at < open.until) return ok([]);
  if (gate.onTimeout === 'abort') {
    return ok([failure(deployment, `gate ${gate.name}: nobody promoted in time`)]);
  }
  const promoted: PlanEvent = { type: 'deployment.promoted', step, by: 'timeout', all: false };
  return ok([promoted, ...completion(deployment, step)]);
}

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
  const passed =
    current?.kind === 'gate' ||
    current?.kind === 'wait' ||
    (current?.kind === 'analyze' && current.mode === 'inline');
  if (passed) return ok([promoted, ...completion(deployment, step)]);
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
  const passed = command.step !== undefined && (at === null || command.step < at);
  return passed ? ok([]) : refuse(deployment, command);
}
