import type { TargetId } from '../../model/ids.js';
import { type Deployment, executingAt, progressOf } from '../../model/deployment/deployment.js';
import type { EventOf, PlanEvent, PlanEventType } from '../../model/deployment/plan-event.js';
import type { PlanStatus } from '../../model/deployment/plan-state.js';
import type { Evidence, TargetState } from '../../model/target.js';

/**
 * What a worker writes of what it does and finds. Nobody is asked whether it
 * may be so; only an order that came first can make it too late: an intent
 * counts only while that work is still owed, and an end only of what was
 * announced and has no end yet.
 */
export type Report = EventOf<ReportType>;

type ReportType = keyof typeof GUARDS;
type Guard<T extends PlanEventType> = (deployment: Deployment, event: EventOf<T>) => boolean;

const UNDER_WAY: ReadonlySet<PlanStatus> = new Set([
  'executing',
  'paused',
  'verifying',
  'rolling_back',
]);

/** A claim may look, and settle, before it begins. */
const claimed = ({ state }: Deployment): boolean =>
  state.status === 'approved' || UNDER_WAY.has(state.status);
const underWay = ({ state }: Deployment): boolean => UNDER_WAY.has(state.status);
const forwards = ({ state }: Deployment): boolean => state.status === 'executing';
const backwards = ({ state }: Deployment): boolean => state.status === 'rolling_back';
const eitherWay = (deployment: Deployment): boolean =>
  forwards(deployment) || backwards(deployment);

const verifying = ({ state }: Deployment): boolean => state.status === 'verifying';
const removesOldFlags = ({ progress }: Deployment): boolean => progress.oldFlags !== undefined;
const toldOfOldFlags = ({ progress }: Deployment): boolean => progress.oldFlags?.done === true;

type About = { readonly target: TargetId };

/** Also while it is paused or goes back: what a stopped execution did is a fact. */
const endOf =
  (...states: readonly TargetState[]) =>
  (deployment: Deployment, { target }: About): boolean =>
    underWay(deployment) && states.includes(progressOf(deployment, target).state);

/** Also what had it all the time, and was not called for it. */
const endOrAsItWas =
  (announced: TargetState) =>
  (deployment: Deployment, event: About & { readonly evidence: Evidence }): boolean =>
    endOf(announced)(deployment, event) ||
    (event.evidence['unchanged'] === true && begins(forwards, 'pending')(deployment, event));

const begins =
  (way: (deployment: Deployment) => boolean, ...states: readonly TargetState[]) =>
  (deployment: Deployment, { target }: About): boolean =>
    way(deployment) && states.includes(progressOf(deployment, target).state);

const isStill = (deployment: Deployment, { target }: About, ...over: readonly TargetState[]) =>
  underWay(deployment) && !over.includes(progressOf(deployment, target).state);

type OfFlag = { readonly flag: string; readonly percent: number | null };

/** Its flag is surely at this percentage, by this deployment. */
export const isFlagSet = ({ progress }: Deployment, { flag, percent }: OfFlag): boolean =>
  progress.flags[flag]?.settled === true && progress.flags[flag].now === percent;

const isLeft = ({ progress }: Deployment, { flag }: Pick<OfFlag, 'flag'>): boolean =>
  progress.flags[flag]?.left === true;

const GUARDS = {
  'deployment.target_recovered': claimed,
  'deployment.target_draining': eitherWay,
  'deployment.drain_seen': underWay,
  'deployment.target_drained': underWay,
  'deployment.target_closing': eitherWay,
  'deployment.target_closed': underWay,
  'deployment.target_admitting': eitherWay,
  'deployment.target_admitted': underWay,
  'deployment.router_seen': claimed,
  // Also of what has ended: who was away then may come back at any time.
  'deployment.place_caught_up': ({ state }) => state.status !== 'paused',
  'deployment.call_settled': claimed,
  'deployment.targets_removed': forwards,

  'deployment.target_started': begins(forwards, 'pending', 'started'),
  'deployment.target_updated': endOrAsItWas('started'),
  'deployment.target_retried': (deployment, event) => isStill(deployment, event, 'retire_failed'),
  'deployment.target_failed': endOf('pending', 'started', 'updated'),

  'deployment.target_retiring': begins(forwards, 'pending', 'retiring'),
  'deployment.target_retired': endOrAsItWas('retiring'),
  // Also what another deployment has called since it was planned, and is not called.
  'deployment.target_retire_failed': endOf('pending', 'retiring'),

  // Also what was restored before: others may have called it since.
  'deployment.target_restoring': backwards,
  // Also what had it all the time, and was not called again.
  'deployment.target_restored': (deployment, event) =>
    backwards(deployment) && isStill(deployment, event, 'restored'),
  'deployment.target_restore_failed': (deployment, event) =>
    backwards(deployment) && isStill(deployment, event, 'restored', 'restore_failed'),

  'deployment.shift_started': forwards,
  'deployment.shifted': underWay,
  'deployment.requests_counted': underWay,
  'deployment.traffic_restoring': backwards,
  'deployment.traffic_restored': underWay,

  'deployment.flag_started': (deployment, event) =>
    executingAt(deployment, event.step) !== null && !isFlagSet(deployment, event),
  'deployment.flag_set': (deployment, { flag, percent }) => {
    const { now, settled = true } = deployment.progress.flags[flag] ?? {};
    return underWay(deployment) && !settled && now === percent;
  },
  'deployment.flag_restoring': (deployment, event) =>
    backwards(deployment) && !isFlagSet(deployment, event) && !isLeft(deployment, event),
  'deployment.flag_left': (deployment, event) =>
    backwards(deployment) &&
    deployment.progress.flags[event.flag]?.settled === false &&
    !isLeft(deployment, event),
  'deployment.flag_restored': (deployment, event) =>
    backwards(deployment) &&
    event.flag in deployment.progress.flags &&
    !isFlagSet(deployment, event),

  // Only what is about to be completed takes older flags with it, and tells it once.
  'deployment.flags_removing': (deployment) => verifying(deployment) && !toldOfOldFlags(deployment),
  'deployment.flags_removed': (deployment) =>
    (verifying(deployment) || (underWay(deployment) && removesOldFlags(deployment))) &&
    !toldOfOldFlags(deployment),

  'deployment.waiting': (deployment, { step }) => executingAt(deployment, step)?.waitUntil === null,
  'deployment.gate_reached': (deployment, { step }) =>
    executingAt(deployment, step) !== null && executingAt(deployment, step)?.gate === undefined,
  'deployment.analysis_started': (deployment, { step }) =>
    executingAt(deployment, step) !== null && deployment.analyses[step] === undefined,
  // Each round counts once, however often it is reported.
  'deployment.measured': (deployment, { step, measurement }) => {
    const progress = deployment.analyses[step];
    const running = forwards(deployment) && progress?.report === null;
    return running && measurement.round > progress.progress.rounds;
  },
} as const satisfies { readonly [T in PlanEventType]?: Guard<T> };

export const isReport = (event: PlanEvent): event is Report => event.type in GUARDS;

/** Whether it may still be written. */
export function mayReport(deployment: Deployment, report: Report): boolean {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the event's own type
  const guard = GUARDS[report.type] as Guard<ReportType>;
  return guard(deployment, report);
}
