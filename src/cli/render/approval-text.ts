import { approvalHold } from '../../domain/explain/holds-before-start.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';

/** What a draft waits for, and how a person lets it begin; nothing for what waits for no approval. */
export function approvalLines(deployment: Deployment): readonly string[] {
  const { id, state, plan } = deployment;
  if (state.status !== 'draft') return [];
  const { reason, liftedBy } = approvalHold(deployment);
  return [
    ...(plan.policy.approval === 'required'
      ? [`waits for approval: ${reason}; can be approved by ${liftedBy}`]
      : []),
    `carry it out: signalbox approve ${id}`,
  ];
}
