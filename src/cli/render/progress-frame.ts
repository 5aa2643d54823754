import { type Deployment, progressOf, touchedTargets } from '../../domain/plan/deployment.js';
import { type PlanState, reasonOf } from '../../domain/plan/plan-state.js';
import { serviceKey, type TargetId } from '../../domain/ids.js';
import type { Step } from '../../domain/plan/step.js';
import type { TargetState } from '../../domain/plan/target.js';
import type { Segment } from './line.js';
import { columnsOf, fit, pad } from './line.js';
import { STATUS_TONE, TARGET_TONE, type Tone } from './paint.js';
import { stepSubject } from './step-text.js';
import { durationText } from './time-text.js';

type Line = readonly Segment[];

/** A frame must be lower than the terminal, or drawing over it goes wrong. */
const SHOWN_STEPS = 6;
const SHOWN_TARGETS = 10;
const BAR = 20;
const LABEL = { least: 16, most: 28 };

/** So wide that target ids can be told apart, and the bars still stand below each other. */
const labelColumns = (deployment: Deployment): number =>
  deployment.plan.targets.reduce(
    (widest, { id }) => Math.max(widest, Math.min(columnsOf(id), LABEL.most)),
    LABEL.least,
  );

/** One picture of a deployment under way: a bar per step, and one per target. @param now epoch milliseconds */
export function progressFrame(deployment: Deployment, now: number): readonly Line[] {
  const { version, id, state } = deployment;
  const reason = reasonOf(state);
  return [
    [
      ['strong', `${serviceKey(deployment)} ${version} `],
      [STATUS_TONE[state.status], state.status],
      reason === null ? ` ${id}` : `: ${reason}`,
    ],
    ...stepLines(deployment, now),
    ...targetLines(deployment),
  ];
}

export function bar(fraction: number, width = BAR): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

function stepLines(deployment: Deployment, now: number): readonly Line[] {
  const { state, plan } = deployment;
  const at = currentStep(state, plan.steps.length);
  if (at === null) return rollbackLines(deployment);
  const first = Math.max(0, Math.min(at - 2, plan.steps.length - SHOWN_STEPS));
  const columns = labelColumns(deployment);
  const shown = plan.steps.slice(first, first + SHOWN_STEPS);
  const lines = shown.map((step, offset): Line => {
    const index = first + offset;
    const fraction = index < at ? 1 : index > at ? 0 : fractionOf(deployment, step, now);
    const tone: Tone = index < at ? 'good' : index > at ? 'faint' : 'busy';
    const left = index === at && step.kind === 'wait' ? leftOf(state, now) : null;
    const note = left === null ? stepSubject(step) : `${durationText(left)} left`;
    return barLine(`step ${index + 1} ${step.kind}`, fraction, tone, note, columns);
  });
  const hidden = plan.steps.length - shown.length;
  if (hidden > 0) lines.push([['faint', `  ${at} of ${plan.steps.length} steps done`]]);
  if (state.status === 'verifying') {
    const left = leftOf(state, now);
    const note =
      left === null ? 'running the checks' : `inconclusive, again in ${durationText(left)}`;
    lines.push(barLine('verify', 0.5, 'busy', note, columns));
  }
  return lines;
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
    case 'rolling_back':
    case 'rolled_back':
    case 'failed':
    case 'cancelled':
      return null;
  }
}

function fractionOf(deployment: Deployment, step: Step, now: number): number {
  if (step.kind === 'wait') {
    const left = leftOf(deployment.state, now);
    return left === null ? 0 : 1 - left / Math.max(1, step.ms);
  }
  if (step.kind !== 'deploy') return 0.5;
  const over = step.targets.filter((id) => {
    const { state } = progressOf(deployment, id);
    return state === 'updated' || state === 'failed';
  });
  return over.length / step.targets.length;
}

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
  unrestored: 1,
  retiring: 0.5,
  retired: 1,
  kept: 1,
};

/** Where only some can be shown, those that move or failed are. */
const INTEREST: readonly TargetState[] = [
  'started',
  'restoring',
  'retiring',
  'failed',
  'unrestored',
  'restored',
  'updated',
  'kept',
  'retired',
  'pending',
];

function targetLines(deployment: Deployment): readonly Line[] {
  const columns = labelColumns(deployment);
  const all = deployment.plan.targets.map(({ id }) => id);
  const rank = (id: TargetId): number => INTEREST.indexOf(progressOf(deployment, id).state);
  const shown =
    all.length <= SHOWN_TARGETS
      ? all
      : all.toSorted((a, b) => rank(a) - rank(b)).slice(0, SHOWN_TARGETS);
  const lines = shown.map((id): Line => {
    const { state, version, error } = progressOf(deployment, id);
    const note = [state, version ?? '', error ?? ''].filter((text) => text !== '').join(' ');
    return barLine(id, TARGET_FRACTION[state], TARGET_TONE[state], note, columns);
  });
  const hidden = all.length - shown.length;
  return hidden > 0 ? [...lines, [['faint', `  … and ${hidden} more targets`]]] : lines;
}

const barLine = (
  label: string,
  fraction: number,
  tone: Tone,
  note: string,
  columns: number,
): Line => [`  ${pad(fit(label, columns), columns)} `, [tone, bar(fraction)], ` ${note}`];
