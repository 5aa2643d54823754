import { coverWords } from '../../domain/policy/override-coverage.js';
import { approvalStanding } from '../../domain/explain/approval-standing.js';
import { drainWords } from '../../domain/explain/drain-words.js';
import { goingDrains } from '../../domain/explain/drains.js';
import { planNotes } from '../../domain/explain/plan-notes.js';
import { standingHold } from '../../domain/explain/standing-hold.js';
import {
  type Deployment,
  everyTarget,
  progressOf,
  stepsOf,
} from '../../domain/model/deployment/deployment.js';
import { resultOf } from '../../domain/plan/result/deployment-result.js';
import { isTerminal, reasonOf } from '../../domain/model/deployment/plan-state.js';
import { serviceKey } from '../../domain/model/ids.js';
import type { Output } from '../session/output.js';
import { type EventView, isoTime } from '../../contracts/views/deployment-view.js';
import { knownVersion } from '../../contracts/views/known-version.js';
import type { TargetStatuses } from '../../domain/model/target-status.js';
import { writeAnalyses } from './analysis-text.js';
import { flagText, trafficBar, trafficText } from './progress-lines.js';
import { holdText } from './hold-text.js';
import type { Segment } from '../text/line.js';
import { HEALTH_TONE, STATUS_TONE, TARGET_TONE } from '../text/paint.js';
import { count, forecastLines, stepSubject, strategyText } from './step-text.js';
import { dateTimeText, durationText } from '../text/time-text.js';
import { timelineFilter } from './timeline-filter.js';
import { timelineLines } from './timeline.js';

const SHOWN_STEPS = 40;
const SHOWN_DRAINS = 10;

/** What will be done, before anything moves. */
export function writePlan(out: Output, deployment: Deployment): void {
  const { id, plan, state, version } = deployment;
  out.line(['strong', `${serviceKey(deployment)} ${version}`], ` ${id} `, [
    STATUS_TONE[state.status],
    state.status,
  ]);
  out.line(`${strategyText(plan.strategy)}; driver ${plan.driver.kind}`);
  const steps = stepsOf(deployment);
  const columns = Math.max(6, ...steps.map(({ kind }) => kind.length));
  for (const [at, step] of steps.slice(0, SHOWN_STEPS).entries()) {
    out.line(`  ${String(at + 1).padStart(3)}  ${step.kind.padEnd(columns)}  ${stepSubject(step)}`);
  }
  const hidden = steps.length - SHOWN_STEPS;
  if (hidden > 0) out.line(['faint', `       … and ${count(hidden, 'more step', 'more steps')}`]);
  for (const text of [...forecastLines(plan.forecast), ...planNotes(plan)]) out.line(text);
}

/** Everything that is known of one deployment. @param now epoch milliseconds */
export function writeDeployment(
  out: Output,
  deployment: Deployment,
  events: readonly EventView[],
  known: TargetStatuses,
  now: number,
): void {
  for (const [name, ...value] of facts(deployment)) out.line(['faint', name.padEnd(11)], ...value);
  for (const { target, until, ...drain } of goingDrains(deployment, known).slice(0, SHOWN_DRAINS)) {
    out.line(['faint', 'waits for'.padEnd(11)], drainWords(target, drain, until - now));
  }
  out.line('');
  writeTargets(out, deployment, known);
  writeHealth(out, deployment);
  writeAnalyses(out, deployment);
  out.line('');
  const isTold = timelineFilter();
  for (const event of events.filter(isTold)) {
    for (const segments of timelineLines(event, dateTimeText)) out.line(...segments);
  }
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
  const { rollback, takesBack } = deployment;
  const hold = standingHold(deployment);
  const automatic = deployment.trigger === 'automation' ? ', by a rule' : '';
  const reason = reasonOf(state);
  const { durationMs } = resultOf(deployment);
  return [
    ['deployment', id],
    ['service', ['strong', serviceKey(deployment)]],
    ['version', version, previous === null ? '' : ` (before: ${previous.version})`],
    ...(rollback === null ? [] : [['rollback', rollbackText(rollback, takesBack)] as const]),
    ['state', [STATUS_TONE[state.status], state.status], reason === null ? '' : `: ${reason}`],
    ['strategy', strategyText(plan.strategy)],
    ['driver', plan.driver.kind],
    [
      'planned',
      dateTimeText(isoTime(createdAt)),
      `${requestedBy === null ? '' : ` by ${requestedBy}`}${automatic}`,
    ],
    ...progressFacts(deployment),
    ...(hold === null ? [] : ([['held', ['warn', holdText(hold)]]] as const)),
    ...(durationMs === null ? [] : ([['took', durationText(durationMs)]] as const)),
    ...Object.entries(metadata).map(([key, value]) => ['metadata', `${key}=${value}`] as const),
  ];
}

/** Who approved it, where its traffic goes, what its flags stand at. */
function progressFacts(deployment: Deployment): readonly (readonly [string, ...Segment[]])[] {
  const { progress } = deployment;
  const { given, required } = approvalStanding(deployment);
  const wanted = required > 0 ? `${given.length} of ${required}` : `${given.length}`;
  const traffic = trafficBar(deployment);
  return [
    ...(given.length === 0 && required === 0
      ? []
      : ([
          ['approvals', `${wanted}${given.length === 0 ? '' : `: ${given.join(', ')}`}`],
        ] as const)),
    ...(progress.override === null
      ? []
      : ([
          [
            'override',
            `by ${progress.override.by}: ${progress.override.reason}${coverWords(progress.override.covers)}`,
          ],
        ] as const)),
    ...(traffic === null ? [] : ([['traffic', traffic, ` ${trafficText(deployment)}`]] as const)),
    ...Object.entries(progress.flags).map(
      ([name, flag]) => ['flag', `${name} `, flagText(flag)] as const,
    ),
  ];
}

/** Where it doesn't know what a target runs, as with those that it did not touch: what is known now. */
function writeTargets(out: Output, deployment: Deployment, known: TargetStatuses): void {
  const now = isTerminal(deployment.state.status) ? ' (now)' : '';
  const rows = everyTarget(deployment.plan).map(({ id }) => {
    const { state, version, error } = progressOf(deployment, id);
    return [
      id,
      [TARGET_TONE[state], state],
      version ?? `${knownVersion(known.get(id))}${now}`,
      error ?? '',
    ] as const;
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

/** Why it goes back, and what it goes back past. */
function rollbackText(
  { reason }: NonNullable<Deployment['rollback']>,
  takesBack: Deployment['takesBack'],
): string {
  const past = (takesBack?.versions ?? []).map(({ version }) => version ?? 'unknown');
  return past.length === 0 ? reason : `${reason}; takes back ${past.join(', ')}`;
}
