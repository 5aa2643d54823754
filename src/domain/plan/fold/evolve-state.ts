import { assertNever } from '../../model/assert-never.js';
import type { EventOf, PlanEvent, PlanEventType } from '../../model/deployment/plan-event.js';
import { isTerminal, type PlanState } from '../../model/deployment/plan-state.js';

type Next<T extends PlanEventType> = (state: PlanState, event: EventOf<T>, at: number) => PlanState;

const stay = (state: PlanState): PlanState => state;

/** The state after each kind of event. An event without a row does not compile. */
const NEXT: { readonly [T in PlanEventType]: Next<T> } = {
  'deployment.planned': () => ({ status: 'draft' }),
  'deployment.approval_given': stay,
  'deployment.approved': () => ({ status: 'approved' }),
  'deployment.approvals_lapsed': () => ({ status: 'draft' }),
  'deployment.held': stay,
  'deployment.overridden': stay,
  'deployment.retried': (_, { step }) => ({ status: 'approved', step }),
  'deployment.started': (state) => executing(state.status === 'approved' ? (state.step ?? 0) : 0),
  'deployment.waiting': (_, { step, until }) => executing(step, until),
  'deployment.step_completed': (_, { step }) => executing(step + 1),
  'deployment.step_retried': (_, { step, attempt: attempts, retryAt: waitUntil }) => ({
    ...{ status: 'executing', step, waitUntil, attempts },
  }),
  'deployment.gate_reached': (_, { step, name, until }, since) => ({
    ...{ status: 'executing', step, waitUntil: null },
    gate: { name, since, until },
  }),
  'deployment.shift_started': triedAgain,
  'deployment.shifted': triedAgain,
  'deployment.requests_counted': stay,
  'deployment.flag_started': triedAgain,
  'deployment.flag_set': triedAgain,
  'deployment.flag_changed': triedAgain,
  'deployment.promoted': stay,
  'deployment.analysis_started': stay,
  'deployment.measured': stay,
  'deployment.analyzed': stay,
  'deployment.target_started': stay,
  'deployment.target_updated': stay,
  'deployment.target_retried': stay,
  'deployment.target_failed': stay,
  'deployment.target_draining': begun,
  'deployment.drain_seen': stay,
  'deployment.target_drained': stay,
  'deployment.target_closing': begun,
  'deployment.target_closed': stay,
  'deployment.target_admitting': begun,
  'deployment.target_admitted': stay,
  'deployment.target_recovered': stay,
  'deployment.router_seen': stay,
  'deployment.place_caught_up': stay,
  'deployment.call_settled': stay,
  'deployment.targets_removed': stay,
  'deployment.target_retiring': stay,
  'deployment.target_retired': stay,
  'deployment.target_retire_failed': stay,
  'deployment.verifying': () => ({ status: 'verifying', attempt: 0, waitUntil: null }),
  'deployment.flags_removing': stay,
  'deployment.flags_removed': stay,
  'deployment.inconclusive': (state, { retryAt: waitUntil }) => ({
    ...{ status: 'verifying', waitUntil },
    attempt: state.status === 'verifying' ? state.attempt + 1 : 1,
  }),
  'deployment.verified': stay,
  'deployment.paused': (state, { reason }, since) =>
    state.status === 'executing' || state.status === 'verifying'
      ? { status: 'paused', from: state, reason, since }
      : state,
  'deployment.resumed': (state, _, at) => (state.status === 'paused' ? resumed(state, at) : state),
  'deployment.completed': () => ({ status: 'completed' }),
  'deployment.rollback_started': ({ status }, { reason, cause }, since) => ({
    ...{ status: 'rolling_back', reason, cause, since },
    ...(isTerminal(status) && { reopened: true }),
  }),
  'deployment.restore_retried': (state, { retryAt: waitUntil, attempt: attempts }) =>
    state.status === 'rolling_back' ? { ...state, waitUntil, attempts } : state,
  'deployment.traffic_restoring': begun,
  'deployment.traffic_restored': stay,
  'deployment.flag_restoring': begun,
  'deployment.flag_restored': stay,
  'deployment.flag_left': stay,
  'deployment.target_restoring': begun,
  'deployment.target_restored': stay,
  'deployment.target_restore_failed': stay,
  'deployment.rolled_back': (_, { reason }) => ({ status: 'rolled_back', reason }),
  'deployment.failed': (_, { reason, stoppedAt, superseded }) => ({
    ...{ status: 'failed', reason },
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(superseded && { superseded }),
  }),
  'deployment.cancelled': (_, { reason }) => ({ status: 'cancelled', reason }),
};

/** The state after an event. */
export function evolveState(state: PlanState, event: PlanEvent, at: number): PlanState {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the event's own type; a newer peer's has none
  const next = NEXT[event.type] as Next<PlanEventType> | undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what has no row is of no type known here
  return next === undefined ? assertNever(event as never) : next(state, event, at);
}

const executing = (step: number, waitUntil: number | null = null): PlanState => ({
  status: 'executing',
  step,
  waitUntil,
});

/** A way back that is begun is no longer one that may only wait. */
function begun(state: PlanState): PlanState {
  if (state.status !== 'rolling_back' || state.reopened === undefined) return state;
  const { reopened: _, ...under } = state;
  return under;
}

/** What was to be tried again is being tried: nothing waits for it any more. */
function triedAgain(state: PlanState): PlanState {
  if (state.status !== 'executing' || state.attempts === undefined) return state;
  return { ...state, waitUntil: null };
}

/** A gate's timeout does not run while paused: it is as far away as it was. */
function resumed(state: Extract<PlanState, { status: 'paused' }>, at: number): PlanState {
  const { from, since } = state;
  if (from.status !== 'executing' || from.gate === undefined) return from;
  const { until } = from.gate;
  const moved = until === null ? null : until + (at - since);
  return { ...from, gate: { ...from.gate, until: moved } };
}
