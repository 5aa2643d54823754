import { backoff } from '../../plan/backoff.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { PlanCommand } from '../../plan/machine/plan-command.js';
import type {
  EventOf,
  PlanEvent,
  PlanEventType,
  RecordedEvent,
} from '../../model/deployment/plan-event.js';
import type { Report } from '../../plan/machine/report-rules.js';

/** What a worker reports has no command behind it. */
type DecidedType = Exclude<PlanEventType, Report['type']>;

type Commands<T extends DecidedType> = (
  event: EventOf<T>,
  deployment: Deployment,
  at: number,
) => readonly PlanCommand[];

const LATE = Number.MAX_SAFE_INTEGER;

/** The commands that may have led to an event: the machine is asked whether one of them does. */
const BEHIND: { readonly [T in DecidedType]: Commands<T> } = {
  'deployment.planned': () => [],
  'deployment.approval_given': ({ by, reason }) => [{ type: 'approve', by, ...said(reason) }],
  'deployment.approved': ({ by, reason }) => [{ type: 'approve', by, ...said(reason) }],
  'deployment.held': ({ hold }) => [{ type: 'hold', hold }],
  'deployment.overridden': ({ by, reason }) => [{ type: 'override', by, reason }],
  'deployment.started': ({ previous, declared, shares, replanned, overridden }) => [
    {
      ...{ type: 'begin', previous, declared, shares },
      ...(replanned && { replanned }),
      ...(overridden && { overridden }),
    },
  ],
  'deployment.waiting': ({ step, until }) => [{ type: 'wait', step, until }],
  'deployment.step_completed': ({ step }) => [{ type: 'complete_step', step }],
  'deployment.step_retried': ({ error, attempt, retryAt }, { plan }) => [
    { type: 'fail_step', error, transient: true, at: retryAt - delay(plan, attempt) },
  ],
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
  'deployment.flag_restored': ({ flag, evidence }) => [{ type: 'restore_flag', flag, evidence }],
  'deployment.rolled_back': ({ verification }) => [{ type: 'finish_rollback', verification }],
  'deployment.failed': ({ reason, superseded, forced }) => [
    ...(forced ? [{ type: 'force_end', by: '', reason: '' } as const] : []),
    { type: 'give_up', reason, ...(superseded && { superseded }) },
    { type: 'halt', reason },
    { type: 'rollback', reason, cause: 'failure' },
  ],
  'deployment.retried': ({ by, reason }) => [{ type: 'retry', by, ...said(reason) }],
  'deployment.cancelled': ({ reason }) => [{ type: 'cancel', reason }],
};

const said = (reason: string | undefined): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };

/** `at`: epoch milliseconds. */
export function commandsBehind(
  deployment: Deployment,
  { event, at }: { readonly event: Exclude<PlanEvent, Report>; readonly at: RecordedEvent['at'] },
): readonly PlanCommand[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the event's own type; a newer peer's has none
  const commands = BEHIND[event.type] as Commands<DecidedType> | undefined;
  return commands?.(event, deployment, at) ?? [];
}

const delay = ({ policy }: Deployment['plan'], attempt: number): number =>
  backoff(policy.retryDelay, attempt - 1);
