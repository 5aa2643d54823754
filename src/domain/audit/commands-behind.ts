import { backoff } from '../plan/backoff.js';
import { type Deployment, progressOf } from '../plan/deployment.js';
import type { PlanCommand } from '../plan/plan-command.js';
import type { EventOf, PlanEventType, RecordedEvent } from '../plan/plan-event.js';
import type { TargetState } from '../plan/target.js';

type Commands<T extends PlanEventType> = (
  event: EventOf<T>,
  deployment: Deployment,
  at: number,
) => readonly PlanCommand[];

const LATE = Number.MAX_SAFE_INTEGER;

/** The commands that may have led to an event: the machine is asked whether one of them does. */
const BEHIND: { readonly [T in PlanEventType]: Commands<T> } = {
  'deployment.planned': () => [],
  'deployment.approval_given': ({ by, reason }) => [{ type: 'approve', by, ...said(reason) }],
  'deployment.approved': ({ by, reason }) => [{ type: 'approve', by, ...said(reason) }],
  'deployment.held': ({ hold }) => [{ type: 'hold', hold }],
  'deployment.overridden': ({ by, reason }) => [{ type: 'override', by, reason }],
  'deployment.started': ({ previous, replanned, live, overridden }) => [
    {
      ...{ type: 'begin', previous },
      ...(replanned && { replanned }),
      ...(live && { live }),
      ...(overridden && { overridden }),
    },
  ],
  'deployment.target_started': (call) => [{ ...call, type: 'start_target' }],
  'deployment.target_updated': ({ target, evidence }) => [
    { type: 'update_target', target, evidence },
  ],
  'deployment.target_retried': failedInPassing,
  'deployment.target_failed': (call, _, at) => [
    { ...call, type: 'fail_target', transient: false, at },
  ],
  'deployment.waiting': ({ step, until }) => [{ type: 'wait', step, until }],
  'deployment.step_completed': ({ step }) => [{ type: 'complete_step', step }],
  'deployment.step_retried': ({ error, attempt, retryAt }, { plan }) => [
    { type: 'fail_step', error, transient: true, at: retryAt - delay(plan, attempt) },
  ],
  'deployment.shift_started': ({ step, before, shares }) => [
    { type: 'start_shift', step, before, shares },
  ],
  'deployment.shifted': ({ step, evidence }) => [{ type: 'finish_shift', step, evidence }],
  'deployment.flag_started': ({ step, before }) => [{ type: 'start_flag', step, before }],
  'deployment.flag_set': ({ step, evidence }) => [{ type: 'finish_flag', step, evidence }],
  'deployment.gate_reached': ({ step }, _, at) => [{ type: 'open_gate', step, at }],
  'deployment.promoted': ({ step, by, all, reason }) => [
    { type: 'promote', by, all, step, ...said(reason) },
    { type: 'time_out_gate', step, at: LATE },
  ],
  'deployment.analysis_started': ({ step, progress }) => [
    { type: 'start_analysis', step, progress },
  ],
  'deployment.measured': ({ step, measurement }) => [{ type: 'measure', step, measurement }],
  'deployment.analyzed': ({ step, report }) => [{ type: 'conclude_analysis', step, report }],
  'deployment.target_retiring': (call) => [{ ...call, type: 'start_retire' }],
  'deployment.target_retired': ({ target, evidence }) => [
    { type: 'retire_target', target, evidence },
  ],
  'deployment.target_kept': (call, _, at) => [
    { ...call, type: 'fail_retire', transient: false, at },
  ],
  'deployment.paused': ({ reason }) => [{ type: 'pause', reason }],
  'deployment.resumed': ({ reason }) => [{ type: 'resume', ...said(reason) }],
  // Only with the event before it, in one decision.
  'deployment.verifying': () => [],
  'deployment.inconclusive': ({ verification }) => [{ type: 'judge', verification, at: LATE }],
  'deployment.verified': ({ verification }) => [{ type: 'judge', verification, at: LATE }],
  'deployment.completed': () => [],
  // What fails by itself comes to the same as a rollback that its failure asks for.
  'deployment.rollback_started': ({ reason, cause }) => [{ type: 'rollback', reason, cause }],
  'deployment.restore_retried': ({ error, attempt, retryAt }, { plan }) => [
    { type: 'fail_restoring', error, transient: true, at: retryAt - delay(plan, attempt) },
  ],
  'deployment.traffic_restoring': ({ shares }) => [{ type: 'start_traffic_restore', shares }],
  'deployment.traffic_restored': ({ evidence }) => [{ type: 'finish_traffic_restore', evidence }],
  'deployment.flag_restored': ({ flag, evidence }) => [{ type: 'restore_flag', flag, evidence }],
  'deployment.target_restoring': (call) => [{ ...call, type: 'start_restore' }],
  'deployment.target_restored': (call) => [{ ...call, type: 'restore_target' }],
  'deployment.target_unrestored': (call, _, at) => [
    { ...call, type: 'fail_restore', transient: false, at },
  ],
  'deployment.rolled_back': ({ verification, astray }) => [
    { type: 'finish_rollback', verification, ...(astray && { astray }) },
  ],
  'deployment.failed': ({ reason, overtaken, forced }) => [
    ...(forced ? [{ type: 'force_end', by: '', reason: '' } as const] : []),
    { type: 'give_up', reason, ...(overtaken && { overtaken }) },
    { type: 'halt', reason },
    { type: 'rollback', reason, cause: 'failure' },
  ],
  'deployment.retried': ({ by, reason }) => [{ type: 'retry', by, ...said(reason) }],
  'deployment.cancelled': ({ reason }) => [{ type: 'cancel', reason }],
};

const said = (reason: string | undefined): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };

export function commandsBehind(
  deployment: Deployment,
  { event, at }: RecordedEvent,
): readonly PlanCommand[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the event's own type; a newer peer's has none
  const commands = BEHIND[event.type] as Commands<PlanEventType> | undefined;
  return commands?.(event, deployment, at) ?? [];
}

/** A call that failed in passing: which kind of call it was, the target's state says. */
function failedInPassing(
  { target, error, attempt, retryAt }: EventOf<'deployment.target_retried'>,
  deployment: Deployment,
): readonly PlanCommand[] {
  const at = retryAt - delay(deployment.plan, attempt);
  const { state } = progressOf(deployment, target);
  const type = FAILS[state] ?? 'fail_target';
  return [{ type, target, error, transient: true, evidence: null, at }];
}

const FAILS: { readonly [S in TargetState]?: 'fail_restore' | 'fail_retire' } = {
  restoring: 'fail_restore',
  retiring: 'fail_retire',
};

const delay = ({ policy }: Deployment['plan'], attempt: number): number =>
  backoff(policy.retryDelay, attempt - 1);
