import { type ApprovalInput, type ApprovalPolicy, personOf } from './approval.js';

/** Who asked for it, and who approved it so far. */
export type ApprovedSoFar = Pick<ApprovalInput, 'requestedBy' | 'given'>;

/** Those on the list who can still approve it, each once; `null` where anybody may. */
export function approversLeft(
  { approval, approvers, selfApproval }: ApprovalPolicy,
  { requestedBy, given }: ApprovedSoFar,
): readonly string[] | null {
  if (approval === 'none' || approvers === null) return null;
  const spent = new Set(given.map(personOf));
  if (!selfApproval && requestedBy !== null) spent.add(personOf(requestedBy));
  return approvers.filter((name) => {
    const person = personOf(name);
    const able = !spent.has(person);
    spent.add(person);
    return able;
  });
}

/**
 * Why the approvals that are missing cannot be given by anybody, as a part of a
 * sentence that names the rule; `null` where enough people are left.
 */
export function nobodyCanApprove(policy: ApprovalPolicy, soFar: ApprovedSoFar): string | null {
  const left = approversLeft(policy, soFar);
  const { approvals, approvers, selfApproval } = policy;
  const { requestedBy, given } = soFar;
  if (left === null || approvers === null || given.length + left.length >= approvals) return null;
  const barred =
    !selfApproval &&
    requestedBy !== null &&
    approvers.some((name) => personOf(name) === personOf(requestedBy));
  return [
    `\`policy.approval\` asks for ${approvals} of ${approvers.join(', ')}`,
    ...(given.length > 0 ? [`${given.length} given by ${given.join(', ')}`] : []),
    ...(barred ? [`${requestedBy} requested it and may not approve it (\`notByRequester\`)`] : []),
    left.length === 0 ? 'nobody is left' : `only ${left.join(', ')} can still approve it`,
  ].join('; ');
}

/** Why nobody could approve what this person asks for, and what to do; `null` where enough people could. */
export function approvalRefusal(policy: ApprovalPolicy, requestedBy: string | null): string | null {
  const why = nobodyCanApprove(policy, { requestedBy, given: [] });
  if (why === null) return null;
  return `nobody could approve it: ${why}. Let somebody else request it, or name more people who may approve`;
}
