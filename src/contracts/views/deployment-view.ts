import type { Draining } from '../../domain/model/target.js';
import { approvalStanding } from '../../domain/explain/approval-standing.js';
import { foldable } from '../../domain/audit/fold/foldable.js';
import {
  type AnalysisStanding,
  analysisStandings,
} from '../../domain/explain/analysis-standing.js';
import { goingDrains } from '../../domain/explain/drains.js';
import { standingHold } from '../../domain/explain/standing-hold.js';
import type { Verification } from '../../domain/model/verification.js';
import type { DeploymentStatus } from '../../domain/manager/status.js';
import {
  type Deployment,
  everyTarget,
  progressOf,
  stepsOf,
  progressMap,
} from '../../domain/model/deployment/deployment.js';
import { resultOf } from '../../domain/plan/result/deployment-result.js';
import { evolve } from '../../domain/plan/fold/evolve.js';
import type { RecordedEvent } from '../../domain/model/deployment/plan-event.js';
import { isTerminal, type PlanStatus, reasonOf } from '../../domain/model/deployment/plan-state.js';
import type { RemovedTarget } from '../../domain/model/plan/removed-target.js';
import type { ActiveDeployment } from '../../domain/model/active-deployment.js';
import type { ServiceVersion } from '../../domain/model/service-version.js';
import { type TargetStatuses, UNTOUCHED } from '../../domain/model/target-status.js';
import { eventData } from './event-data.js';

/** @param at epoch milliseconds */
export const isoTime = (at: number): string => new Date(at).toISOString();

export const isoOrNull = (at: number | null): string | null => (at === null ? null : isoTime(at));

/** An event of one deployment, in the words in which `subscribe` tells it. */
export interface EventView {
  readonly sequence: number;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** After the event. */
  readonly state: PlanStatus;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A deployment as history, `activePlan` and `deploy --wait` give it; programs rely on this shape. */
export function deploymentView(deployment: Deployment) {
  const { id, service, environment, version, previous, state, plan, health } = deployment;
  const { targets, strategy, forecast, checks, policy, driver, router, flags } = plan;
  const { progress, trigger, rollback, takesBack } = deployment;
  const analyses = plan.analyses.map(({ name }) => name);
  // As they are carried out, which may not be as they were planned.
  const steps = stepsOf(deployment);
  return {
    id,
    service,
    environment,
    version,
    previousVersion: previous?.version ?? null,
    state: state.status,
    reason: reasonOf(state),
    plan: {
      ...{ steps, targets, strategy, forecast, checks, policy, driver, analyses, router, flags },
      ...(plan.removed && { removed: plan.removed.map(removedView) }),
      ...(plan.flagsAt && { flagsAt: plan.flagsAt }),
      ...(plan.moved && { moved: plan.moved }),
    },
    targets: everyTarget(plan).map((target) => {
      const { version: runs, state: stands, error } = progressOf(deployment, target.id);
      return { id: target.id, version: runs, state: stands, error };
    }),
    result: isTerminal(state.status) ? resultView(deployment) : null,
    health: healthView(health),
    trigger,
    rollback: rollback && { ...rollback, takesBack: takesBack?.versions ?? null },
    hold: holdView(deployment),
    approvals: approvalsView(deployment),
    traffic: progress.traffic,
    flags: progress.flags,
    analyses: analysisStandings(deployment).map(analysisView),
  };
}

/** A target that left the configuration, and what becomes of it. */
const removedView = ({ target, version, fate, reason, placeOf }: RemovedTarget) => ({
  id: target.id,
  address: target.address,
  version,
  fate,
  reason,
  ...(placeOf !== undefined && { placeOf }),
});

/**
 * The same with everything that happened to it, and, where it is given, with all
 * that each target may run now: `null` is nothing, `?` anything.
 */
export function showView(
  deployment: Deployment,
  events: readonly RecordedEvent[],
  known?: TargetStatuses,
) {
  const view = deploymentView(deployment);
  const drains = new Map(
    goingDrains(deployment, known ?? new Map()).map(({ target, ...drain }) => [target, drain]),
  );
  const targets = view.targets.map((target) => {
    const drain = drains.get(target.id);
    return {
      ...target,
      ...(known && { mayRun: (known.get(target.id) ?? UNTOUCHED).version }),
      ...(drain && { drain: drainView(drain) }),
    };
  });
  return { ...view, targets, events: eventViews(deployment, events) };
}

/** A drain under way: how many of what are left, `null` while nothing is counted, and when it is given up at the latest. */
export const drainView = ({ until, count, uncounted }: Draining) => ({
  left: count?.left ?? null,
  of: count?.of ?? null,
  counted: uncounted !== true,
  until: isoTime(until),
});

export function statusView(status: DeploymentStatus) {
  const { activePlan, lastResult, lastHealth, ...numbers } = status;
  return {
    activePlan: activePlan && deploymentView(activePlan),
    lastResult,
    lastHealth: healthView(lastHealth),
    ...numbers,
  };
}

export const activeView = ({
  environment,
  service,
  version,
  deploymentId,
  since,
}: ActiveDeployment) => ({ environment, service, version, deploymentId, since: isoTime(since) });

/** A stable version as `versions` gives it; programs rely on this shape. */
export const serviceVersionView = ({
  environment,
  service,
  version,
  state,
  since,
  by,
  deploymentId,
}: ServiceVersion) => ({
  environment,
  service,
  version,
  state,
  since: isoTime(since),
  by,
  deploymentId,
});

export function eventViews(
  deployment: Deployment,
  events: readonly RecordedEvent[],
): readonly EventView[] {
  const targets = progressMap(deployment.plan);
  let folded: Deployment = { ...deployment, state: { status: 'draft' }, targets };
  return events.map((recorded) => {
    const { type } = recorded.event;
    const data = eventData(recorded.event);
    // What happens on a target leaves the state alone, and would copy the targets each time.
    if (!('target' in recorded.event)) {
      const before = folded;
      // Of a type that only a newer version knows: told by its name, it leaves the state alone.
      folded = foldable(() => evolve(before, recorded)) ?? before;
    }
    const { sequence, at, actor } = recorded;
    return { sequence, type, time: isoTime(at), state: folded.state.status, actor, data };
  });
}

function resultView(deployment: Deployment) {
  const { state: _, ...result } = resultOf(deployment);
  return result;
}

/** What it waits for that only somebody or something else lifts; `explain` tells more. */
function holdView(deployment: Deployment) {
  const hold = standingHold(deployment);
  if (hold === null) return null;
  const { kind, reason, since, until, liftedBy } = hold;
  return { kind, reason, since: isoOrNull(since), until: isoOrNull(until), liftedBy };
}

function approvalsView(deployment: Deployment) {
  const { required, given, missing } = approvalStanding(deployment);
  return { required, given, missing };
}

/** `concluded` tells a verdict from how an analysis stands. */
function analysisView({ report, ...standing }: AnalysisStanding) {
  const { verdict, score, reason, metrics } = report;
  const { step, analysis, mode, startedAt, rounds, of, openEnded, nextAt, concluded } = standing;
  return {
    ...{ step, analysis, mode, startedAt: isoTime(startedAt), nextAt: isoOrNull(nextAt) },
    ...{ rounds, of, openEnded, concluded, verdict, score, reason, metrics },
  };
}

const healthView = (health: Verification | null) =>
  health && {
    ...health,
    checks: health.checks.map((check) => ({ ...check, at: isoTime(check.at) })),
  };
