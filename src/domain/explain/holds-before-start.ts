import { approvalAskedAt, approvalDue, type ApprovalInForce } from '../policy/approval.js';
import { approversLeft, nobodyCanApprove } from '../policy/approvers-left.js';
import { approvalStanding } from './approval-standing.js';
import { admissionInput } from '../orchestrator/claim/admit.js';
import type { Deployment } from '../model/deployment/deployment.js';
import { serviceKey } from '../model/ids.js';
import { windowVerdict, type WindowVerdict } from '../policy/window-verdict.js';
import type { ExplainInput, Holding, HoldingKind } from './explanation.js';
import { toldHold } from './standing-hold.js';

/**
 * What keeps a draft from being approved.
 *
 * @param inForce what the configuration of now asks; `null` where none says it
 */
export function approvalHold(
  deployment: Deployment,
  inForce: ApprovalInForce | null = null,
): Holding {
  const { id, requestedBy } = deployment;
  const { policy, given: people, required, lapsed } = approvalStanding(deployment, inForce);
  const { approval, selfApproval } = policy;
  const { length: given } = people;
  const since = approvalAskedAt(deployment);
  const impossible = nobodyCanApprove(policy, { requestedBy, given: people });
  if (impossible !== null) {
    return {
      kind: 'approval',
      reason: `nobody can approve it: ${impossible}`,
      since,
      until: approvalDue(deployment.plan.policy, since),
      liftedBy: 'a configuration that names more people who may approve',
      command: `signalbox reject ${id} --reason …`,
    };
  }
  const by = given === 0 ? '' : ` (given by ${people.join(', ')})`;
  const again = lapsed ? '; its configuration changed, so approvals are wanted again' : '';
  const reason =
    required === 0
      ? 'it is a draft that nobody asked to carry out yet'
      : `it has ${given} of ${required} approvals${by}${again}`;
  const listed = approversLeft(policy, { requestedBy, given: people });
  const barred = approval === 'none' || selfApproval ? null : requestedBy;
  // Only who still can; where anyone may, those who cannot are said instead.
  const who = listed?.join(', ') ?? 'anyone';
  const others = given === 0 || listed !== null ? '' : ', who has not approved it yet';
  const except = barred === null || listed !== null ? '' : `, but not ${barred}, who requested it`;
  return {
    kind: 'approval',
    reason,
    since,
    until: null,
    liftedBy: `${who}${others}${except}`,
    command: `signalbox approve ${id}`,
  };
}

/** What keeps an approved deployment from beginning, each thing by itself. */
export function holdsBeforeStart(input: ExplainInput): readonly Holding[] {
  const slot = slotHolds(input);
  return [
    ...slot,
    ...(slot.length > 0 ? [] : claimHolds(input.deployment)),
    ...closures(input),
    ...automationHolds(input),
  ];
}

/** The slot has another holder, or others are before it in line. */
export function slotHolds({ deployment, slot }: ExplainInput): readonly Holding[] {
  const { id, state, progress } = deployment;
  const ahead = slot.holder ?? slot.waiting[0] ?? id;
  if (ahead === id) return [];
  const place = slot.waiting.indexOf(id) + 1;
  const inLine = place === 0 ? '' : `; it is number ${place} in line`;
  const key = serviceKey(deployment);
  const reason =
    slot.holder === null
      ? `${ahead} is before it in line for ${key}${inLine}`
      : `${ahead} is changing ${key}${inLine}`;
  return [
    {
      kind: 'slot',
      reason,
      since: state.status === 'rolling_back' ? state.since : progress.approvedAt,
      until: null,
      liftedBy: `the end of ${ahead}: signalbox explain ${ahead} says what it waits for`,
      command: `signalbox abort ${ahead} --reason …`,
    },
  ];
}

/** As it was last told: only a claim counts who is under way, and asks the router. */
function claimHolds(deployment: Deployment): readonly Holding[] {
  const hold = toldHold(deployment);
  return hold !== null && FOUND_BY_CLAIM.has(hold.kind) ? [hold] : [];
}

const FOUND_BY_CLAIM: ReadonlySet<HoldingKind> = new Set([
  'approval',
  'limit',
  'target',
  'router',
  'held_out',
]);

/** Freezes that cover it, `deny` windows it lies in, and `allow` windows it lies outside of. */
function closures(input: ExplainInput): readonly Holding[] {
  const { deployment, freezes, calendar, now } = input;
  const { id, plan, progress, createdAt } = deployment;
  const asked = progress.approvedAt ?? createdAt;
  const override = `signalbox override ${id} --reason …`;
  const told = progress.hold?.kind === 'window' ? progress.hold.since : null;
  const allowed = plan.policy.windows.filter(({ kind }) => kind === 'allow');
  return [
    ...freezes.flatMap((freeze) =>
      closedBy(verdictOf(input, { freezes: [freeze] }), {
        since: Math.max(asked, freeze.from),
        command: `signalbox unfreeze ${freeze.id}`,
      }),
    ),
    ...plan.policy.windows.flatMap((window) => {
      const occurrence = window.kind === 'deny' ? calendar.occurrence(window, now) : null;
      if (occurrence === null) return [];
      return closedBy(verdictOf(input, { windows: [window] }), {
        since: Math.max(asked, occurrence.from),
        command: override,
      });
    }),
    ...closedBy(verdictOf(input, { windows: allowed }), { since: told, command: override }),
  ];
}

/** When nothing closes it any more (epoch milliseconds); `null` where nobody can know. */
export function opensAt(input: ExplainInput): number | null {
  const { freezes, deployment } = input;
  const verdict = verdictOf(input, { freezes, windows: deployment.plan.policy.windows });
  return verdict.kind === 'open' ? null : verdict.hold.until;
}

function verdictOf(
  { deployment, calendar, now }: ExplainInput,
  { freezes = [], windows = [] }: Partial<Parameters<typeof windowVerdict>[0]>,
): WindowVerdict {
  const subject = admissionInput(deployment);
  const { override } = subject;
  return windowVerdict({ subject, freezes, windows, calendar, override }, now);
}

function closedBy(
  verdict: WindowVerdict,
  facts: Pick<Holding, 'since' | 'command'>,
): readonly Holding[] {
  if (verdict.kind === 'open') return [];
  const { reason, until, liftedBy, kind } = verdict.hold;
  return [{ kind, reason, until, liftedBy, ...facts }];
}

function automationHolds({ deployment, automationHold }: ExplainInput): readonly Holding[] {
  const { trigger, progress, service, environment, createdAt } = deployment;
  if (automationHold === null || trigger !== 'automation') return [];
  const { reason, since, deploymentId } = automationHold;
  return [
    {
      kind: 'automation',
      reason: `automation is held after the rollback of ${deploymentId}: ${reason}`,
      since: Math.max(progress.approvedAt ?? createdAt, since),
      until: null,
      liftedBy: 'a person who releases it',
      command: `signalbox release-automation ${service} --environment ${environment}`,
    },
  ];
}
