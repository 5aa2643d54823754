import {
  type Deployment,
  progressOf,
  stepsOf,
  touchedTargets,
} from '../../domain/model/deployment/deployment.js';
import { standingHold } from '../../domain/explain/standing-hold.js';
import { type PlanState, reasonOf } from '../../domain/model/deployment/plan-state.js';
import { serviceKey, type TargetId } from '../../domain/model/ids.js';
import type { Step } from '../../domain/model/plan/step.js';
import type { TargetState } from '../../domain/model/target.js';
import { barLine, labelColumns, type Line } from '../text/bar.js';
import { progressLines } from './progress-lines.js';
import { holdText } from './hold-text.js';
import { STATUS_TONE, TARGET_TONE, type Tone } from '../text/paint.js';
import { stepSubject } from './step-text.js';
import { durationText } from '../text/time-text.js';

/** A frame must be lower than the terminal, or drawing over it goes wrong. */
const SHOWN_STEPS = 6;
const SHOWN_TARGETS = 10;
const FEWEST_TARGETS = 4;
const SHOWN_DRAINS = 3;

/**
 * One picture of a deployment under way: a bar per step, and one per target.
 *
 * @param now epoch milliseconds
 * @param drains what goes on at targets that are drained, in words
 */
export function progressFrame(
  deployment: Deployment,
  now: number,
  drains: readonly string[] = [],
): readonly Line[] {
  const { version, id, state } = deployment;
  const reason = reasonOf(state);
  const progress = progressLines(deployment);
  const waiting = drains.slice(0, SHOWN_DRAINS).map((words): Line => [['faint', `  ${words}`]]);
  const others = progress.length + waiting.length;
  return [
    [
      ['strong', `${serviceKey(deployment)} ${version} `],
      [STATUS_TONE[state.status], state.status],
      reason === null ? ` ${id}` : `: ${reason}`,
    ],
    ...holdLines(deployment),
    ...stepLines(deployment, now),
    ...waiting,
    ...progress,
    ...targetLines(deployment, Math.max(FEWEST_TARGETS, SHOWN_TARGETS - others)),
  ];
}

/** Gates and pauses stand beside their steps; what else keeps it from going on has none. */
function holdLines(deployment: Deployment): readonly Line[] {
  const hold = standingHold(deployment);
  if (hold === null || hold.kind === 'gate' || hold.kind === 'pause') return [];
  return [['  held: ', ['warn', holdText(hold)]]];
}

function stepLines(deployment: Deployment, now: number): readonly Line[] {
  const { state } = deployment;
  const steps = stepsOf(deployment);
  const at = currentStep(state, steps.length);
  if (at === null) return rollbackLines(deployment);
  const first = Math.max(0, Math.min(at - 2, steps.length - SHOWN_STEPS));
  const columns = labelColumns(deployment);
  const shown = steps.slice(first, first + SHOWN_STEPS);
  const lines = shown.map((step, offset): Line => {
    const index = first + offset;
    const fraction = index < at ? 1 : index > at ? 0 : fractionOf(deployment, step, now);
    const tone: Tone = index < at ? 'good' : index > at ? 'faint' : 'busy';
    const note = (index === at ? waitNote(deployment, step, now) : null) ?? stepSubject(step);
    return barLine(`step ${index + 1} ${step.kind}`, fraction, tone, note, columns);
  });
  const hidden = steps.length - shown.length;
  if (hidden > 0) lines.push([['faint', `  ${at} of ${steps.length} steps done`]]);
  if (state.status === 'verifying') {
    const left = leftOf(state, now);
    const note =
      left === null ? 'running the checks' : `inconclusive, again in ${durationText(left)}`;
    lines.push(barLine('verify', 0.5, 'busy', note, columns));
  }
  return lines;
}

/** What the step it stands at waits for; null where it waits for nothing. */
function waitNote({ id, state }: Deployment, step: Step, now: number): string | null {
  if (state.status !== 'executing') return null;
  const { gate, attempts } = state;
  if (gate !== undefined) {
    const left = gate.until === null ? '' : `, ${durationText(Math.max(0, gate.until - now))} left`;
    return `open for ${durationText(Math.max(0, now - gate.since))}${left}: promote ${id}`;
  }
  const left = leftOf(state, now);
  if (left === null) return null;
  if (attempts !== undefined) return `failed ${attempts}×, again in ${durationText(left)}`;
  return step.kind === 'wait' ? `${durationText(left)} left` : null;
}

/** The steps behind; null where the state no longer remembers how far it had come. */
function currentStep(state: PlanState, steps: number): number | null {
  switch (state.status) {
    case 'draft':
    case 'approved':
      return -1;
    case 'executing':
      return state.step;
    case 'verifying':
    case 'completed':
      return steps;
    case 'paused':
      return currentStep(state.from, steps);
    case 'failed':
      return state.stoppedAt ?? null;
    case 'rolling_back':
    case 'rolled_back':
    case 'cancelled':
      return null;
  }
}

function fractionOf(deployment: Deployment, step: Step, now: number): number {
  if (step.kind === 'wait') {
    const left = leftOf(deployment.state, now);
    return left === null ? 0 : 1 - left / Math.max(1, step.ms);
  }
  if (step.kind !== 'deploy' && step.kind !== 'retire') return 0.5;
  const over = step.targets.filter((id) => OVER.has(progressOf(deployment, id).state));
  return over.length / step.targets.length;
}

/** The step does nothing more about these, well or not: a target that was kept is left as it is. */
const OVER: ReadonlySet<TargetState> = new Set(['updated', 'failed', 'retired', 'retire_failed']);

/** Milliseconds until it goes on, where it waits. */
function leftOf(state: PlanState, now: number): number | null {
  if (state.status !== 'executing' && state.status !== 'verifying') return null;
  return state.waitUntil === null ? null : Math.max(0, state.waitUntil - now);
}

function rollbackLines(deployment: Deployment): readonly Line[] {
  const touched = touchedTargets(deployment);
  if (touched.length === 0) return [];
  const back = touched.filter((id) => progressOf(deployment, id).state === 'restored').length;
  const note = `${back} of ${touched.length} restored`;
  const tone = back === touched.length ? 'good' : 'warn';
  return [barLine('rollback', back / touched.length, tone, note, labelColumns(deployment))];
}

const TARGET_FRACTION: Readonly<Record<TargetState, number>> = {
  pending: 0,
  started: 0.5,
  updated: 1,
  failed: 1,
  restoring: 0.5,
  restored: 1,
  restore_failed: 1,
  retiring: 0.5,
  retired: 1,
  retire_failed: 1,
};

/** Where only some can be shown, those that move or that something failed on are. */
const INTEREST: readonly TargetState[] = [
  'started',
  'restoring',
  'retiring',
  'failed',
  'restore_failed',
  'retire_failed',
  'restored',
  'updated',
  'retired',
  'pending',
];

function targetLines(deployment: Deployment, most: number): readonly Line[] {
  const columns = labelColumns(deployment);
  const all = deployment.plan.targets.map(({ id }) => id);
  const rank = (id: TargetId): number => INTEREST.indexOf(progressOf(deployment, id).state);
  const shown = all.length <= most ? all : all.toSorted((a, b) => rank(a) - rank(b)).slice(0, most);
  const lines = shown.map((id): Line => {
    const { state, version, error } = progressOf(deployment, id);
    const note = [state.replace('_', ' '), version ?? '', error ?? '']
      .filter((text) => text !== '')
      .join(' ');
    return barLine(id, TARGET_FRACTION[state], TARGET_TONE[state], note, columns);
  });
  const hidden = all.length - shown.length;
  return hidden > 0 ? [...lines, [['faint', `  … and ${hidden} more targets`]]] : lines;
}
