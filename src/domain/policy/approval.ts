import { DEFAULT_POLICY, type Policy } from '../model/plan/policy.js';

/** What an approval is judged by. */
export interface ApprovalInput {
  readonly requestedBy: string | null;
  /** Who approved so far, each once. */
  readonly given: readonly string[];
  /** `null`: nobody said who. */
  readonly by: string | null;
}

export type ApprovalAnswer =
  /** It counts; `missing` more are needed. */
  | { readonly kind: 'accepted'; readonly missing: number }
  /** The same person again: nothing happens. */
  | { readonly kind: 'given_before' }
  /** A part of a sentence that says why. */
  | { readonly kind: 'refused'; readonly reason: string };

export type ApprovalPolicy = Pick<
  Policy,
  'approval' | 'approvals' | 'approvers' | 'selfApproval' | 'approvalExpiry' | 'approvalOnChange'
>;

/** Nobody needs to approve. */
export const NO_APPROVAL: ApprovalPolicy = DEFAULT_POLICY;

/** Who must approve by the configuration of now, and which configuration that is. */
export interface ApprovalInForce {
  /** Fingerprint. */
  readonly configuration: string;
  readonly policy: ApprovalPolicy;
}

/**
 * Whether this approval counts. Names are compared without regard to case and
 * surrounding blanks, so that nobody approves twice as `ann` and `Ann`.
 */
export function approve(
  policy: ApprovalPolicy,
  { requestedBy, given, by }: ApprovalInput,
): ApprovalAnswer {
  if (policy.approval === 'none') return { kind: 'accepted', missing: 0 };
  if (by === null || personOf(by) === '') return withoutName(policy);
  const person = personOf(by);
  if (given.some((name) => personOf(name) === person)) return { kind: 'given_before' };
  const { approvers, selfApproval, approvals } = policy;
  if (approvers?.some((name) => personOf(name) === person) === false) {
    return refused(`${by} is not among its approvers: ${approvers.join(', ')}`);
  }
  if (!selfApproval && requestedBy !== null && personOf(requestedBy) === person) {
    return refused(`${by} requested it, and it needs the approval of somebody else`);
  }
  return { kind: 'accepted', missing: Math.max(0, approvals - given.length - 1) };
}

/**
 * A draft that is not approved by then is cancelled; `null` where it may wait for ever.
 *
 * @param since when it was planned, or its approvals were asked for again (epoch milliseconds)
 */
export const approvalDue = (
  { approvalExpiry }: Pick<ApprovalPolicy, 'approvalExpiry'>,
  since: number,
): number | null => (approvalExpiry === null ? null : since + approvalExpiry);

/** When somebody was last asked to approve it (epoch milliseconds). */
export const approvalAskedAt = ({
  createdAt,
  progress,
}: {
  readonly createdAt: number;
  readonly progress: { readonly askedAgainAt?: number };
}): number => progress.askedAgainAt ?? createdAt;

/** The reason of a deployment that nobody approved in time. */
export const APPROVAL_EXPIRED = 'approval expired';

/** Nobody can be told apart, or found on a list, without a name. */
function withoutName({ approvals, approvers, selfApproval }: ApprovalPolicy): ApprovalAnswer {
  return approvals === 1 && approvers === null && selfApproval
    ? { kind: 'accepted', missing: 0 }
    : refused('its policy asks who approves, and no name was given');
}

const refused = (reason: string): ApprovalAnswer => ({ kind: 'refused', reason });

/** A name as names are compared: without regard to case and surrounding blanks. */
export const personOf = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
