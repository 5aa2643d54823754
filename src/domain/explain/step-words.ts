import type { TargetId } from '../model/ids.js';
import { type Deployment, stepsOf } from '../model/deployment/deployment.js';
import type { MeasureStep, Step } from '../model/plan/step.js';
import type { StandingStep } from './explanation.js';

const NAMED_TARGETS = 3;

/** The first few, and how many there are more. */
export function listed(ids: readonly TargetId[]): string {
  const shown = ids.slice(0, NAMED_TARGETS).join(', ');
  const more = ids.length - NAMED_TARGETS;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** What a step does, in the words of a plan. */
export function stepWords(step: Step): string {
  switch (step.kind) {
    case 'deploy':
    case 'check':
    case 'retire':
      return `${step.kind} ${listed(step.targets)}`;
    case 'close':
      return `close ${listed(step.targets)} to all clients`;
    case 'wait':
      return `wait ${step.ms / 1_000} s`;
    case 'shift':
      return `give ${step.percent} % of the traffic to ${listed(step.to)}`;
    case 'set_flag':
      return `set flag ${step.flag} to ${step.percent} %`;
    case 'gate':
      return `gate ${step.name}`;
    case 'analyze':
      return `analysis ${step.analysis}${step.mode === 'background' ? ' in the background' : ''}`;
    case 'measure':
      return `measure ${measureWords(step)}`;
  }
}

/** Which analyses it waits for, and for what. */
export function measureWords({ analyses, until }: MeasureStep): string {
  const names = analyses.join(', ');
  if (until === 'verdict')
    return `${names} until ${analyses.length === 1 ? 'its verdict' : 'their verdicts'}`;
  return `${names} until ${analyses.length === 1 ? 'it has its rounds' : 'they have their rounds'}`;
}

/** The step at an index of the steps as carried out; `null` behind the last. */
export function standingAt(deployment: Deployment, index: number): StandingStep | null {
  const steps = stepsOf(deployment);
  const step = steps[index];
  if (step === undefined) return null;
  return { number: index + 1, of: steps.length, kind: step.kind, what: stepWords(step) };
}

/** Where the execution stands or stopped. */
export function standingStep(deployment: Deployment): StandingStep | null {
  const { state } = deployment;
  const inner = state.status === 'paused' ? state.from : state;
  if (inner.status === 'executing') return standingAt(deployment, inner.step);
  if (inner.status !== 'failed' || inner.stoppedAt === undefined) return null;
  return standingAt(deployment, inner.stoppedAt);
}
