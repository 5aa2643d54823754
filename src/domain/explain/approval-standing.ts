import type { Deployment } from '../model/deployment/deployment.js';
import { isLapsed } from '../plan/machine/approval-rules.js';
import type { ApprovalInForce, ApprovalPolicy } from '../policy/approval.js';

/** Where a deployment stands with its approvals. */
export interface ApprovalStanding {
  readonly policy: ApprovalPolicy;
  /** How many it takes; 0 where none does. */
  readonly required: number;
  /** Who gave one that counts. */
  readonly given: readonly string[];
  /** How many more are needed; 0 once it is approved. */
  readonly missing: number;
  /** They were given for another configuration, and are wanted again. */
  readonly lapsed: boolean;
}

/** @param inForce what the configuration of now asks; `null` where it was not asked: then the last answer counts */
export function approvalStanding(
  { plan, progress, state }: Pick<Deployment, 'plan' | 'progress' | 'state'>,
  inForce: ApprovalInForce | null = null,
): ApprovalStanding {
  const { policy } = inForce ?? plan;
  const draft = state.status === 'draft';
  const { approvals, approvalsMissing, askedAgainAt } = progress;
  const changed = draft && inForce !== null && isLapsed({ plan, progress }, inForce);
  const given = changed ? [] : approvals;
  const lapsed =
    draft && given.length === 0 && (changed ? approvals.length > 0 : askedAgainAt !== undefined);
  const told = inForce === null && draft ? approvalsMissing : undefined;
  const required = told === undefined ? requiredBy(policy) : told + given.length;
  const missing = draft ? Math.max(0, required - given.length) : 0;
  return { policy, required, given, missing, lapsed };
}

const requiredBy = ({ approval, approvals }: ApprovalPolicy): number =>
  approval === 'none' ? 0 : approvals;
