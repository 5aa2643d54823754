import { type Deployment, progressOf, touchedTargets } from '../model/deployment/deployment.js';
import { wayBackOf } from '../model/deployment/takes-back.js';
import { type ServiceRecord, statusOf } from '../model/service-status.js';

/** What a service has by now, as far as it decides what can be asked of its deployments. */
export type ServiceNow = Pick<ServiceRecord, 'targets' | 'stable' | 'active'>;

/** Why a failed deployment cannot go on with what it left, in a sentence part; `null` where it can. */
export function notRetried(
  deployment: Deployment,
  service: Pick<ServiceNow, 'targets' | 'stable'>,
): string | null {
  const active = service.stable[0]?.deploymentId ?? null;
  if (active !== (deployment.previous?.deploymentId ?? null)) {
    return `${active ?? 'nothing'} is active by now`;
  }
  const changed = touchedTargets(deployment).find((target) => {
    const { by } = statusOf(service, target);
    // One that could not even be drained, or had what it should, was never called.
    const called = progressOf(deployment, target).calledAt !== null;
    return called && by !== null && by !== deployment.id;
  });
  return changed === undefined ? null : `${changed} was changed by another deployment since`;
}

/** Why what has ended cannot be taken back beside what is active now, in a sentence; `null` where it can. */
export function notRolledBack(
  deployment: Deployment,
  { active }: Pick<ServiceNow, 'active'>,
): string | null {
  const { id, state, environment, service } = deployment;
  const now = active?.deploymentId ?? null;
  const before = wayBackOf(deployment).previous?.deploymentId ?? null;
  const superseded = now !== id && now !== before;
  const late =
    (state.status === 'completed' && now !== id) || (state.status === 'failed' && superseded);
  if (!late) return null;
  return `cannot roll back ${id}: it is not the active deployment of ${environment}/${service} (${now ?? 'nothing'} is)`;
}

/** Whether a draft was planned before what is active now: approving it puts the older over the newer. */
export const isOlder = (
  draft: Pick<Deployment, 'state' | 'createdAt'>,
  active: Pick<Deployment, 'createdAt'> | null | undefined,
): boolean => draft.state.status === 'draft' && (active?.createdAt ?? 0) > draft.createdAt;
