import type { Course, FlagCourse, TrafficCourse } from '../../model/deployment/course.js';
import { lastProgress } from '../deadlines.js';
import { countOf, type Deployment } from '../../model/deployment/deployment.js';
import type { EventOf, PlanEvent, PlanEventType } from '../../model/deployment/plan-event.js';

type Change<T extends PlanEventType> = (
  deployment: Deployment,
  event: EventOf<T>,
  at: number,
) => Partial<Course> | null;

/** What each kind of event changes of the course; most change nothing. */
const CHANGES: { readonly [T in PlanEventType]?: Change<T> } = {
  'deployment.approval_given': ({ course }, { by }) => ({ approvals: [...course.approvals, by] }),
  'deployment.approved': ({ course }, { by }, approvedAt) => ({
    approvedAt,
    ...(by !== null && { approvals: [...course.approvals, by] }),
  }),
  'deployment.held': ({ course }, { hold }, at) => ({
    hold: { ...hold, since: course.hold?.kind === hold.kind ? course.hold.since : at },
  }),
  'deployment.overridden': ({ course }, { by, reason }) => ({
    override: { by, reason },
    woken: course.woken + 1,
  }),
  'deployment.started': ({ course }, { replanned }, progressAt) => ({
    hold: null,
    heldMs: 0,
    progressAt,
    replanned: replanned ?? course.replanned,
  }),
  'deployment.retried': ({ course }, _, approvedAt) => ({
    hold: null,
    approvedAt,
    promotedToEnd: false,
    woken: course.woken + 1,
  }),
  'deployment.step_completed': (deployment, _, at) => ({
    hold: null,
    progressAt: at,
    heldMs: deployment.course.heldMs + atGate(deployment, at),
  }),
  'deployment.target_updated': (deployment, _, at) => furthest(deployment, at),
  'deployment.resumed': (deployment, _, at) => ({
    heldMs: deployment.course.heldMs + paused(deployment, at),
    woken: deployment.course.woken + 1,
    progressAt: progressMoved(deployment, at),
  }),
  'deployment.promoted': ({ course }, { all }) => ({
    promotedToEnd: course.promotedToEnd || all,
    woken: course.woken + 1,
  }),
  'deployment.target_started': goesOn,
  'deployment.target_draining': goesOn,
  'deployment.target_admitting': goesOn,
  'deployment.target_restoring': goesOn,
  'deployment.target_retiring': goesOn,
  'deployment.rollback_started': goesOn,
  'deployment.shift_started': ({ course }, { before, shares }) => ({
    hold: null,
    traffic: { before: course.traffic?.before ?? before, now: shares, settled: false },
  }),
  'deployment.traffic_restoring': ({ course }, { before, shares }) => ({
    hold: null,
    traffic: { before: course.traffic?.before ?? before, now: shares, settled: false },
  }),
  'deployment.router_seen': ({ course: { traffic } }, { targets }) => {
    const seen = Object.entries(targets).map(([id, { share }]) => [id, share] as const);
    return moved(traffic, { ...traffic?.now, ...Object.fromEntries(seen) });
  },
  'deployment.shifted': ({ course }, { shares }) => moved(course.traffic, shares),
  'deployment.traffic_restored': ({ course }, { shares }) => moved(course.traffic, shares),
  'deployment.flag_started': ({ course }, { flag, before, percent }) => {
    const first = course.flags[flag];
    const was = first === undefined ? before : first.before;
    return flagged(course, flag, { before: was, now: percent, settled: false });
  },
  'deployment.flag_set': ({ course }, { flag, percent }) => settled(course, flag, percent),
  'deployment.flag_restored': ({ course }, { flag, percent }) => settled(course, flag, percent),
};

/** What later decisions rest on, after an event. */
export function evolveCourse(deployment: Deployment, event: PlanEvent, at: number): Course {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the event's own type
  const change = CHANGES[event.type] as Change<PlanEventType> | undefined;
  const changes = change?.(deployment, event, at) ?? null;
  return changes === null ? deployment.course : { ...deployment.course, ...changes };
}

const moved = (traffic: TrafficCourse | null, now: TrafficCourse['now']): Partial<Course> | null =>
  traffic && { traffic: { ...traffic, now, settled: true } };

const settled = (course: Course, flag: string, now: number | null): Partial<Course> =>
  flagged(course, flag, { before: course.flags[flag]?.before ?? null, now, settled: true });

const flagged = (course: Course, flag: string, state: FlagCourse): Partial<Course> => ({
  flags: { ...course.flags, [flag]: state },
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
  const { state, course } = deployment;
  if (state.status !== 'paused') return course.progressAt;
  return Math.min(lastProgress(deployment, state.from), state.since) + (at - state.since);
}

/** What kept it from going on is over: something is done. */
function goesOn({ course }: Deployment): Partial<Course> | null {
  return course.hold === null ? null : { hold: null };
}

/** Further than ever before; a target that flaps is no progress. */
function furthest(
  deployment: Deployment,
  at: number,
): Pick<Course, 'highWater' | 'progressAt'> | null {
  const { course } = deployment;
  const updated = countOf(deployment, 'updated') + 1;
  return updated > course.highWater ? { highWater: updated, progressAt: at } : null;
}
