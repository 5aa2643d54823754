import { approve as approvalOf } from '../../policy/approval.js';
import { ok } from '../../model/result.js';
import { type Decision, type DeploymentIn, refusal, type To } from './decision.js';
import type { Deployment } from '../../model/deployment/deployment.js';

/** One approval; the last that is needed approves. */
export function accept(deployment: DeploymentIn<'draft'>, { by, reason }: To<'approve'>): Decision {
  const { policy } = deployment.plan;
  const { requestedBy, progress } = deployment;
  const why = reason !== undefined && { reason };
  const answer = approvalOf(policy, { requestedBy, given: progress.approvals, by });
  switch (answer.kind) {
    case 'refused':
      return refusal(`cannot approve ${deployment.id}: ${answer.reason}`);
    case 'given_before':
      return ok([]);
    case 'accepted':
      return ok([
        answer.missing === 0 || by === null
          ? { type: 'deployment.approved', by, ...why }
          : { type: 'deployment.approval_given', by, missing: answer.missing, ...why },
      ]);
  }
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

export function override(deployment: Deployment, { by, reason }: To<'override'>): Decision {
  const { override: given } = deployment.progress;
  if (given !== null && given.by === by && given.reason === reason) return ok([]);
  return ok([{ type: 'deployment.overridden', by, reason }]);
}
