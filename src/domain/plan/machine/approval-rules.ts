import { type ApprovalInForce, approve as approvalOf } from '../../policy/approval.js';
import { ok } from '../../model/result.js';
import { type Decision, type DeploymentIn, refusal, type To } from './decision.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import { isCovered } from '../../policy/override-coverage.js';
import type { EventOf } from '../../model/deployment/plan-event.js';

/**
 * One approval; the last that is needed approves. Who may give it is asked of the
 * configuration of now, and what was given for another one counts no more.
 */
export function accept(
  deployment: DeploymentIn<'draft'>,
  { by, reason, inForce }: To<'approve'>,
): Decision {
  const { requestedBy, progress, plan } = deployment;
  const { policy } = inForce ?? plan;
  const lapsed = lapsedFor(deployment, inForce);
  const given = lapsed.length === 0 ? progress.approvals : [];
  const more = {
    ...(reason !== undefined && { reason }),
    ...(inForce && { configuration: inForce.configuration }),
  };
  const answer = approvalOf(policy, { requestedBy, given, by });
  switch (answer.kind) {
    case 'refused':
      return refusal(`cannot approve ${deployment.id}: ${answer.reason}`);
    case 'given_before':
      return ok([]);
    case 'accepted':
      return ok([
        ...lapsed,
        answer.missing === 0 || by === null
          ? { type: 'deployment.approved', by, ...more }
          : { type: 'deployment.approval_given', by, missing: answer.missing, ...more },
      ]);
  }
}

/** A draft may be carried out as it is where nobody has to approve it, as in the seed. */
export function executeDraft(
  { id, plan }: DeploymentIn<'draft'>,
  { inForce }: To<'execute'>,
): Decision {
  const { policy } = inForce ?? plan;
  if (policy.approval === 'required') {
    return refusal(`cannot execute ${id}: it is a draft, and its policy requires approval`);
  }
  const configuration = inForce && { configuration: inForce.configuration };
  return ok([{ type: 'deployment.approved', by: null, ...configuration }]);
}

/** Approvals that were given for another configuration are wanted again. */
export const askAgain = (
  deployment: DeploymentIn<'draft' | 'approved'>,
  { inForce }: To<'ask_again'>,
): Decision => ok(lapsedFor(deployment, inForce));

/** Whether what was approved, or needed no approval, was for another configuration than that in force. */
export function isLapsed(
  { plan, progress }: Pick<Deployment, 'plan' | 'progress'>,
  { configuration, policy }: ApprovalInForce,
): boolean {
  if (policy.approval === 'none' || policy.approvalOnChange === 'keep') return false;
  const approvedFor = progress.approvedFor ?? plan.configuration;
  // Without a name nobody can say that it was another one.
  return approvedFor !== undefined && approvedFor !== configuration;
}

/** None where they are for the configuration in force, or stay, or none were given yet. */
function lapsedFor(
  deployment: DeploymentIn<'draft' | 'approved'>,
  inForce: ApprovalInForce | undefined,
): readonly EventOf<'deployment.approvals_lapsed'>[] {
  if (inForce === undefined || !isLapsed(deployment, inForce)) return [];
  const { configuration, policy } = inForce;
  const { approvals: by } = deployment.progress;
  if (deployment.state.status === 'draft' && by.length === 0) return [];
  const reason =
    by.length === 0
      ? 'its configuration asks for approval by now'
      : `its configuration changed since it was approved by ${by.join(', ')}`;
  const missing = policy.approvals;
  return [{ type: 'deployment.approvals_lapsed', by, reason, configuration, missing }];
}

export const expire = ({ state }: Deployment, { waiting, reason }: To<'expire'>): Decision =>
  ok(state.status === waiting ? [{ type: 'deployment.cancelled', reason }] : []);

/** What keeps it from beginning is told once, and again only when it is something else. */
export function hold(deployment: Deployment, command: To<'hold'>): Decision {
  const { hold: standing } = deployment.progress;
  const { kind, reason, until } = command.hold;
  const same =
    standing !== null &&
    standing.kind === kind &&
    standing.reason === reason &&
    standing.until === until;
  return ok(same ? [] : [{ type: 'deployment.held', hold: command.hold }]);
}

/** It is for what holds the deployment when it is given; what comes later holds again. */
export function override(deployment: Deployment, command: To<'override'>): Decision {
  const { by, reason, covers } = command;
  const { override: given } = deployment.progress;
  const same = given !== null && given.by === by && given.reason === reason;
  const covered = covers?.every((each) => isCovered(given, each)) ?? given?.covers === undefined;
  if (same && covered) return ok([]);
  return ok([{ type: 'deployment.overridden', by, reason, ...(covers && { covers }) }]);
}
