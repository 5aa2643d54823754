import { analysisEnd } from '../../plan/conclusions/analysis-end.js';
import { backoff } from '../../plan/backoff.js';
import type { Said } from '../../plan/machine/decided.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import { failedEffect } from '../../plan/conclusions/effect-failure.js';
import { failed, givenUp } from '../../plan/machine/failure.js';
import { flagChanged } from '../../plan/conclusions/flag-changed.js';
import { gateTimeout } from '../../plan/machine/gate-rules.js';
import { type ApprovalInForce, type ApprovalPolicy, NO_APPROVAL } from '../../policy/approval.js';
import type { EventOf, PlanEvent, PlanEventType } from '../../model/deployment/plan-event.js';
import type { Report } from '../../plan/machine/report-rules.js';
import { stepEnd } from '../../plan/conclusions/step-end.js';
import { verificationEnd } from '../../plan/conclusions/verification-end.js';
import { wayBackEnd } from '../../plan/conclusions/way-back-end.js';

/** What a worker reports has no command behind it. */
type DecidedType = Exclude<PlanEventType, Report['type']>;

type Commands<T extends DecidedType> = (
  event: EventOf<T>,
  deployment: Deployment,
) => readonly Said[];

const LATE = Number.MAX_SAFE_INTEGER;

/** The orders and conclusions that may have led to an event: each is asked whether it does. */
const BEHIND: { readonly [T in DecidedType]: Commands<T> } = {
  'deployment.planned': () => [],
  'deployment.approval_given': ({ by, reason, missing, configuration }, { progress }) => [
    {
      ...{ type: 'approve', by, ...said(reason) },
      ...askedFor(configuration, missing + progress.approvals.length + 1),
    },
  ],
  'deployment.approved': ({ by, reason, configuration }) => [
    { type: 'approve', by, ...said(reason), ...askedFor(configuration, 0) },
  ],
  'deployment.approvals_lapsed': ({ configuration, missing }) => [
    { type: 'ask_again', inForce: { configuration, policy: asking(missing) } },
  ],
  'deployment.held': ({ hold }) => [{ type: 'hold', hold }],
  'deployment.overridden': (event) => [{ ...event, type: 'override' }],
  'deployment.started': (event) => [{ ...event, type: 'begin' }],
  'deployment.step_completed': ({ step }) => [stepEnd(step)],
  'deployment.step_retried': (event, { plan }) => [failedEffect(failureBehind(event, plan))],
  'deployment.flag_changed': (event) => [flagChanged(event)],
  'deployment.promoted': ({ step, by, all, reason }) => [
    { type: 'promote', by, all, step, ...said(reason) },
    gateTimeout(step, LATE),
  ],
  'deployment.analyzed': ({ step, report }) => [analysisEnd(step, report)],
  'deployment.paused': ({ reason }) => [{ type: 'pause', reason }],
  'deployment.resumed': ({ reason }) => [{ type: 'resume', ...said(reason) }],
  // Only with the event before it, in one decision.
  'deployment.verifying': () => [],
  'deployment.inconclusive': ({ verification }) => [verificationEnd(verification, LATE)],
  'deployment.verified': ({ verification }) => [verificationEnd(verification, LATE)],
  'deployment.completed': () => [],
  // Every failure comes to the same, whatever has failed.
  'deployment.rollback_started': ({ reason, cause }) => [
    cause === 'failure' ? failed(reason) : { type: 'rollback', reason },
  ],
  'deployment.restore_retried': (event, { plan }) => [
    failedEffect(failureBehind({ step: null, ...event }, plan)),
  ],
  'deployment.rolled_back': ({ verification }) => [wayBackEnd(verification)],
  'deployment.failed': ({ reason, superseded, forced }) => [
    ...(forced ? [{ type: 'force_end', by: '', reason: '' } as const] : []),
    givenUp(reason, superseded),
    { type: 'halt', reason },
    failed(reason),
  ],
  'deployment.retried': ({ by, reason }) => [{ type: 'retry', by, ...said(reason) }],
  'deployment.cancelled': ({ reason }) => [{ type: 'cancel', reason }],
};

const said = (reason: string | undefined): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };

/** Whom the configuration of then asked is not written down: only for how many approvals. */
const asking = (approvals: number): ApprovalPolicy =>
  approvals === 0 ? NO_APPROVAL : { ...NO_APPROVAL, approval: 'required', approvals };

/** Where no configuration was named, what was planned counted. */
const askedFor = (
  configuration: string | undefined,
  approvals: number,
): { readonly inForce?: ApprovalInForce } =>
  configuration === undefined ? {} : { inForce: { configuration, policy: asking(approvals) } };

export function commandsBehind(
  deployment: Deployment,
  event: Exclude<PlanEvent, Report>,
): readonly Said[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the lookup is by the event's own type; a newer peer's has none
  const commands = BEHIND[event.type] as Commands<DecidedType> | undefined;
  return commands?.(event, deployment) ?? [];
}

interface Retried {
  readonly step: number | null;
  readonly error: string;
  readonly attempt: number;
  readonly retryAt: number;
}

/** The failure after which it was to be tried again then. */
function failureBehind({ step, error, attempt, retryAt }: Retried, { policy }: Deployment['plan']) {
  const at = retryAt - backoff(policy.retryDelay, attempt - 1);
  return { step, error, transient: true, at };
}
