import type {
  DeploymentProgress,
  FlagProgress,
  TrafficProgress,
} from '../../model/deployment/progress.js';
import { withReading } from '../old-requests.js';
import { lastProgress } from '../deadlines.js';
import { countOf, type Deployment } from '../../model/deployment/deployment.js';
import type { EventOf, PlanEvent, PlanEventType } from '../../model/deployment/plan-event.js';

type Change<T extends PlanEventType> = (
  deployment: Deployment,
  event: EventOf<T>,
  at: number,
) => Partial<DeploymentProgress> | null;

/** What each kind of event changes of the progress; most change nothing. */
const CHANGES: { readonly [T in PlanEventType]?: Change<T> } = {
  'deployment.approval_given': ({ progress }, { by, missing, configuration }) => ({
    approvals: [...progress.approvals, by],
    approvalsMissing: missing,
    ...(configuration !== undefined && { approvedFor: configuration }),
  }),
  'deployment.approved': ({ progress }, { by, configuration }, approvedAt) => ({
    approvedAt,
    approvalsMissing: 0,
    ...(by !== null && { approvals: [...progress.approvals, by] }),
    ...(configuration !== undefined && { approvedFor: configuration }),
  }),
  'deployment.approvals_lapsed': (_, { missing, configuration }, askedAgainAt) => ({
    approvals: [],
    approvalsMissing: missing,
    approvedFor: configuration,
    askedAgainAt,
    approvedAt: null,
    hold: null,
  }),
  'deployment.held': ({ progress }, { hold }, at) => ({
    hold: { ...hold, since: progress.hold?.kind === hold.kind ? progress.hold.since : at },
  }),
  'deployment.overridden': ({ progress }, { by, reason, covers }) => ({
    override: { by, reason, ...(covers && { covers }) },
    woken: progress.woken + 1,
  }),
  'deployment.started': ({ progress }, { replanned, resized }, progressAt) => ({
    hold: null,
    heldMs: 0,
    progressAt,
    replanned: replanned ?? progress.replanned,
    ...(resized && { resized }),
  }),
  'deployment.retried': ({ progress }, _, approvedAt) => ({
    hold: null,
    approvedAt,
    promotedToEnd: false,
    woken: progress.woken + 1,
    ...(progress.brokenOffAt !== undefined && { brokenOffAt: undefined }),
  }),
  'deployment.step_completed': (deployment, _, at) => ({
    hold: null,
    progressAt: at,
    heldMs: deployment.progress.heldMs + atGate(deployment, at),
  }),
  'deployment.target_updated': (deployment, _, at) => furthest(deployment, at),
  'deployment.resumed': (deployment, _, at) => ({
    heldMs: deployment.progress.heldMs + paused(deployment, at),
    woken: deployment.progress.woken + 1,
    progressAt: progressMoved(deployment, at),
  }),
  'deployment.promoted': ({ progress }, { all }) => ({
    promotedToEnd: progress.promotedToEnd || all,
    woken: progress.woken + 1,
  }),
  'deployment.target_started': goesOn,
  'deployment.target_draining': goesOn,
  'deployment.target_closing': goesOn,
  'deployment.target_admitting': goesOn,
  'deployment.target_restoring': goesOn,
  'deployment.target_retiring': goesOn,
  'deployment.rollback_started': (deployment) => ({
    ...brokenOff(deployment),
    hold: null,
    // From here on it counts the time held on the way back.
    heldMs: 0,
  }),
  'deployment.failed': brokenOff,
  'deployment.shift_started': ({ progress }, { before, shares }) => ({
    hold: null,
    traffic: { before: progress.traffic?.before ?? before, now: shares, settled: false },
  }),
  'deployment.traffic_restoring': ({ progress }, { before, shares }) => ({
    hold: null,
    traffic: { before: progress.traffic?.before ?? before, now: shares, settled: false },
  }),
  'deployment.router_seen': ({ progress: { traffic } }, { targets }) => {
    const seen = Object.entries(targets).map(([id, { share }]) => [id, share] as const);
    return moved(traffic, { ...traffic?.now, ...Object.fromEntries(seen) });
  },
  'deployment.shifted': ({ progress }, { shares, counted }, at) => ({
    ...moved(progress.traffic, shares),
    // What was counted before it says nothing of what follows.
    ...(counted === undefined
      ? progress.counted && { counted: [] }
      : { counted: [{ at, targets: counted }] }),
  }),
  'deployment.requests_counted': ({ progress }, { targets }, at) =>
    targets && { counted: withReading(progress.counted ?? [], { at, targets }) },
  'deployment.traffic_restored': ({ progress }, { shares }) => moved(progress.traffic, shares),
  'deployment.flag_started': ({ progress }, { flag, before, percent: now }) =>
    flagged(progress, flag, { before, ...progress.flags[flag], now, settled: false }),
  'deployment.flag_changed': ({ progress }, { flag, found, mark, before }) => {
    const known = progress.flags[flag] ?? { before, now: before, settled: true };
    return flagged(progress, flag, { ...known, foreign: { found, mark } });
  },
  'deployment.flag_restoring': ({ progress }, { flag, percent: now }) =>
    flagged(progress, flag, { before: null, ...progress.flags[flag], now, settled: false }),
  'deployment.flags_removing': ({ progress }, { flags }) => ({
    oldFlags: { removing: [...(progress.oldFlags?.removing ?? []), ...flags], done: false },
  }),
  'deployment.flags_removed': ({ progress }) => ({
    oldFlags: { removing: [], ...progress.oldFlags, done: true },
  }),
  'deployment.flag_set': ({ progress }, event) => flagSet(progress, event),
  'deployment.flag_restored': ({ progress }, event) => flagSet(progress, event),
  'deployment.flag_left': ({ progress }, { flag }) => {
    const unknown = { before: null, now: null, settled: false };
    return flagged(progress, flag, { ...unknown, ...progress.flags[flag], left: true });
  },
};

/** What later decisions rest on, after an event. */
export function evolveProgress(
  deployment: Deployment,
  event: PlanEvent,
  at: number,
): DeploymentProgress {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the event's own type
  const change = CHANGES[event.type] as Change<PlanEventType> | undefined;
  const before = BESIDE_THE_HOLD.has(event.type) ? deployment : takenUp(deployment, at);
  const changes = change?.(before, event, at) ?? null;
  return changes === null ? before.progress : { ...before.progress, ...changes };
}

/** What can happen to a deployment that no worker is configured for. */
const BESIDE_THE_HOLD: ReadonlySet<PlanEventType> = new Set([
  'deployment.held',
  'deployment.overridden',
  'deployment.promoted',
]);

/** A worker is configured for it again: the time in which none was is no time in which it could have come further. */
function takenUp(deployment: Deployment, at: number): Deployment {
  const { state, progress } = deployment;
  if (progress.hold?.kind !== 'configuration') return deployment;
  const { since } = progress.hold;
  const underWay = state.status === 'executing' || state.status === 'verifying';
  // At a gate the whole stay is counted when the gate is passed.
  const gated = state.status === 'executing' && state.gate !== undefined;
  const last = underWay ? Math.min(lastProgress(deployment, state), since) : null;
  return {
    ...deployment,
    progress: {
      ...progress,
      hold: null,
      heldMs: progress.heldMs + (gated ? 0 : at - since),
      progressAt: last === null ? progress.progressAt : last + (at - since),
    },
  };
}

const moved = (
  traffic: TrafficProgress | null,
  now: TrafficProgress['now'],
): Partial<DeploymentProgress> | null => traffic && { traffic: { ...traffic, now, settled: true } };

/** By us: what others made of it before is gone. */
function flagSet(
  progress: DeploymentProgress,
  { flag, percent: now, evidence }: EventOf<'deployment.flag_set' | 'deployment.flag_restored'>,
): Partial<DeploymentProgress> {
  const { before = null } = progress.flags[flag] ?? {};
  const { mark } = evidence;
  const shown = typeof mark === 'string' ? { mark } : {};
  return flagged(progress, flag, { before, now, settled: true, ...shown });
}

const flagged = (
  progress: DeploymentProgress,
  flag: string,
  state: FlagProgress,
): Partial<DeploymentProgress> => ({
  flags: { ...progress.flags, [flag]: state },
});

function atGate({ state }: Deployment, at: number): number {
  return state.status === 'executing' && state.gate !== undefined ? at - state.gate.since : 0;
}

function paused({ state }: Deployment, at: number): number {
  if (state.status !== 'paused') return 0;
  const gated = state.from.status === 'executing' && state.from.gate !== undefined;
  // At a gate the whole stay is counted when the gate is passed.
  return gated ? 0 : at - state.since;
}

/** A pause is no time in which it could have come further. */
function progressMoved(deployment: Deployment, at: number): number | null {
  const { state, progress } = deployment;
  if (state.status !== 'paused') return progress.progressAt;
  return Math.min(lastProgress(deployment, state.from), state.since) + (at - state.since);
}

/** What kept it from going on is over: something is done. */
function goesOn({ progress }: Deployment): Partial<DeploymentProgress> | null {
  return progress.hold === null ? null : { hold: null };
}

/** Where it stood when it could not, or should not, go on. */
function brokenOff({ state }: Deployment): Partial<DeploymentProgress> | null {
  const stood = state.status === 'paused' ? state.from : state;
  return stood.status === 'executing' ? { brokenOffAt: stood.step } : null;
}

/** Further than ever before; a target that flaps is no progress. */
function furthest(
  deployment: Deployment,
  at: number,
): Pick<DeploymentProgress, 'highWater' | 'progressAt'> | null {
  const { progress } = deployment;
  const updated = countOf(deployment, 'updated') + 1;
  return updated > progress.highWater ? { highWater: updated, progressAt: at } : null;
}
