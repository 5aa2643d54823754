import { type Deployment, progressOf, resultOf } from '../../domain/plan/deployment.js';
import { isTerminal, reasonOf } from '../../domain/plan/plan-state.js';
import { serviceKey } from '../../domain/ids.js';
import type { Output } from '../output.js';
import { type EventView, isoTime } from '../../contracts/views/deployment-view.js';
import type { Segment } from './line.js';
import { HEALTH_TONE, STATUS_TONE, TARGET_TONE } from './paint.js';
import { count, forecastLines, stepSubject, strategyText } from './step-text.js';
import { dateTimeText, durationText } from './time-text.js';
import { timelineLine } from './timeline.js';

const SHOWN_STEPS = 40;

/** What will be done, before anything moves. */
export function writePlan(out: Output, deployment: Deployment): void {
  const { id, plan, state, version } = deployment;
  out.line(['strong', `${serviceKey(deployment)} ${version}`], ` ${id} `, [
    STATUS_TONE[state.status],
    state.status,
  ]);
  out.line(`${strategyText(plan.strategy)}; driver ${plan.driver.kind}`);
  for (const [at, step] of plan.steps.slice(0, SHOWN_STEPS).entries()) {
    out.line(`  ${String(at + 1).padStart(3)}  ${step.kind.padEnd(6)}  ${stepSubject(step)}`);
  }
  const hidden = plan.steps.length - SHOWN_STEPS;
  if (hidden > 0) out.line(['faint', `       … and ${count(hidden, 'more step', 'more steps')}`]);
  for (const text of forecastLines(plan.forecast)) out.line(text);
}

/** Everything that is known of one deployment. */
export function writeDeployment(
  out: Output,
  deployment: Deployment,
  events: readonly EventView[],
): void {
  for (const [name, ...value] of facts(deployment)) out.line(['faint', name.padEnd(11)], ...value);
  out.line('');
  writeTargets(out, deployment);
  writeHealth(out, deployment);
  out.line('');
  for (const event of events) out.line(...timelineLine(event, dateTimeText));
}

/** The end, or where it stands, in one line. */
export function outcomeLine(deployment: Deployment): readonly Segment[] {
  const { state, version, plan } = deployment;
  const { targetsUpdated, durationMs } = resultOf(deployment);
  const reason = reasonOf(state);
  const took =
    isTerminal(state.status) && durationMs !== null ? ` in ${durationText(durationMs)}` : '';
  return [
    `${serviceKey(deployment)} ${version} `,
    [STATUS_TONE[state.status], state.status],
    `${took}: ${reason ?? `${targetsUpdated} of ${count(plan.targets.length, 'target')} updated`}`,
  ];
}

function facts(deployment: Deployment): readonly (readonly [string, ...Segment[]])[] {
  const { id, version, previous, state, plan, createdAt, requestedBy, metadata } = deployment;
  const reason = reasonOf(state);
  const { durationMs } = resultOf(deployment);
  return [
    ['deployment', id],
    ['service', ['strong', serviceKey(deployment)]],
    ['version', version, previous === null ? '' : ` (before: ${previous.version})`],
    ['state', [STATUS_TONE[state.status], state.status], reason === null ? '' : `: ${reason}`],
    ['strategy', strategyText(plan.strategy)],
    ['driver', plan.driver.kind],
    ['planned', dateTimeText(isoTime(createdAt)), requestedBy === null ? '' : ` by ${requestedBy}`],
    ...(durationMs === null ? [] : ([['took', durationText(durationMs)]] as const)),
    ...Object.entries(metadata).map(([key, value]) => ['metadata', `${key}=${value}`] as const),
  ];
}

function writeTargets(out: Output, deployment: Deployment): void {
  const rows = deployment.plan.targets.map(({ id }) => {
    const { state, version, error } = progressOf(deployment, id);
    return [id, [TARGET_TONE[state], state], version ?? '-', error ?? ''] as const;
  });
  const columns = [
    { title: 'target', shrinks: true },
    { title: 'state' },
    { title: 'version', shrinks: true },
    { title: 'error', shrinks: true },
  ];
  if (rows.length > 0) out.table(columns, rows);
}

function writeHealth(out: Output, { health }: Deployment): void {
  if (health === null) return;
  out.line('');
  out.line('health ', [HEALTH_TONE[health.status], health.status], `: ${health.reason}`);
  for (const { name, target, status, message } of health.checks) {
    out.line(
      `  ${name}${target === null ? '' : ` ${target}`} `,
      [HEALTH_TONE[status], status],
      `: ${message}`,
    );
  }
}
