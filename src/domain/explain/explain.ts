import { type Deployment, progressOf, touchedTargets } from '../model/deployment/deployment.js';
import { isTerminal, reasonOf } from '../model/deployment/plan-state.js';
import { approvalInForce } from '../fleet/approval-in-force.js';
import { configurationChange } from '../fleet/configuration-change.js';
import type { TargetState } from '../model/target.js';
import { dueDates } from './due-dates.js';
import { goingDrains } from './drains.js';
import type {
  ExplainInput,
  Explanation,
  GoingCall,
  HeldOutTarget,
  Holding,
  HoldingKind,
  MetricNote,
} from './explanation.js';
import { configurationHold } from './configuration-hold.js';
import { approvalHold, holdsBeforeStart, opensAt, slotHolds } from './holds-before-start.js';
import { holdsUnderWay } from './holds-under-way.js';
import { nextWords } from './next-words.js';
import { heldOutIn } from '../plan/held-out.js';
import { sightWords } from './plan-notes.js';
import { optionsFor } from './options.js';
import { placesBehindOf } from '../reconcile/missed-by.js';
import { standingStep } from './step-words.js';

/**
 * Says what holds a deployment, since when, until when and who can lift it,
 * which deadline fires when, and what comes next. It decides nothing: it asks
 * the same rules that do.
 */
export function explain(input: ExplainInput): Explanation {
  const { deployment } = input;
  const { id, state } = deployment;
  const holds = holdsOf(input);
  const ended = isTerminal(state.status);
  const closed = holds.some(({ kind }) => kind === 'window' || kind === 'freeze');
  return {
    id,
    state: state.status,
    reason: reasonOf(state),
    step: standingStep(deployment),
    holds,
    sight: ended ? null : sightWords(deployment.plan),
    heldOut: ended ? [] : heldOutTargets(input),
    behind: placesBehindOf(input.known.values()),
    metricNotes: notesOfMetrics(deployment),
    configuration: ended ? null : changeSince(input),
    drains: goingDrains(deployment, input.known),
    calls: ended ? [] : goingCalls(deployment),
    deadlines: dueDates(deployment),
    next: nextWords(input, holds),
    nextAt: nextAt(input, holds),
    options: optionsFor(input, closed),
  };
}

function holdsOf(input: ExplainInput): readonly Holding[] {
  const nobody = configurationHold(input);
  const others = otherHolds(input).filter(({ kind }) => kind !== 'configuration');
  return nobody === null ? others : [nobody, ...others];
}

function otherHolds(input: ExplainInput): readonly Holding[] {
  const { deployment, now } = input;
  switch (deployment.state.status) {
    case 'draft':
      return [approvalHold(deployment, approvalInForce(input.workers ?? [], deployment))];
    case 'approved':
      return holdsBeforeStart(input);
    case 'rolling_back':
      return [...slotHolds(input), ...holdsUnderWay(deployment, now)];
    case 'executing':
    case 'verifying':
    case 'paused':
    case 'completed':
    case 'rolled_back':
    case 'failed':
    case 'cancelled':
      return holdsUnderWay(deployment, now);
  }
}

const changeSince = ({ deployment, workers = [], outlines = new Map() }: ExplainInput) =>
  configurationChange(deployment.plan.configuration, deployment, workers, outlines);

/** As the router last said: a plan that has none asks none. */
function heldOutTargets({ deployment, known }: ExplainInput): readonly HeldOutTarget[] {
  const { targets, router } = deployment.plan;
  if (router === null) return [];
  return targets.flatMap(({ id }) => {
    const how = heldOutIn(known, id);
    return how === null ? [] : [{ target: id, how }];
  });
}

const notesOfMetrics = ({ analyses }: Deployment): readonly MetricNote[] =>
  Object.values(analyses).flatMap(({ analysis, progress }) =>
    progress.metrics.flatMap(({ name, notes = [] }) =>
      notes.map((note) => ({ analysis, metric: name, note })),
    ),
  );

/** What ends only when somebody or something else does. */
const OPEN_ENDED: ReadonlySet<HoldingKind> = new Set([
  'approval',
  'slot',
  'limit',
  'target',
  'automation',
  'capacity',
  'router',
  'held_out',
  'version',
  'configuration',
  'pause',
]);

/** When it goes on by itself: closed windows open all together, and the first of several tries is one. */
function nextAt(input: ExplainInput, holds: readonly Holding[]): number | null {
  if (holds.some(({ kind }) => OPEN_ENDED.has(kind))) return null;
  if (input.deployment.state.status === 'approved') return opensAt(input);
  const ends = holds.map(({ until }) => until).filter((until) => until !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}

const DOING: Partial<Readonly<Record<TargetState, GoingCall['doing']>>> = {
  started: 'deploy',
  restoring: 'restore',
  retiring: 'retire',
};

/** Whom it waits for: drivers at work on targets, and the router. */
function goingCalls(deployment: Deployment): readonly GoingCall[] {
  const { progress } = deployment;
  const moving: GoingCall = { to: 'router', doing: 'shift', since: null, worker: null, attempt: 1 };
  const calls = touchedTargets(deployment).flatMap((id): readonly GoingCall[] => {
    const { state, retryAt, calledAt, worker, attempts } = progressOf(deployment, id);
    const doing = DOING[state];
    if (doing === undefined || retryAt !== null) return [];
    return [{ to: id, doing, since: calledAt, worker, attempt: attempts + 1 }];
  });
  return progress.traffic?.settled === false ? [moving, ...calls] : calls;
}
