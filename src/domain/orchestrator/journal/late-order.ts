import type { Deployment } from '../../model/deployment/deployment.js';
import { isOlder, notRetried } from '../../plan/outdated.js';
import { decide } from '../../plan/machine/plan-machine.js';
import type { Conclusion } from '../../plan/machine/decision.js';
import type { PlanCommand } from '../../plan/machine/plan-command.js';
import type { DeploymentStore } from '../../ports/deployment-store.js';

/** Orders that depend on what the service has by now. */
export type LateOrder = Extract<PlanCommand, { type: 'approve' | 'retry' }>;

export const mayBeLate = (order: PlanCommand | Conclusion): order is LateOrder =>
  typeof order !== 'function' && (order.type === 'approve' || order.type === 'retry');

/**
 * Why an order that the deployment's own state allows comes too late for what its
 * service has by now, in a sentence; `null` where it does not. Whoever carries it
 * out asks again: others may have written in between.
 */
export async function lateOrder(
  store: Pick<DeploymentStore, 'load' | 'service'>,
  deployment: Deployment,
  order: LateOrder,
): Promise<string | null> {
  const decision = decide(deployment, order);
  // What is refused anyway, or was accepted before, is told in the machine's own words.
  if (!decision.ok || decision.value.length === 0) return null;
  const { id, version } = deployment;
  const service = await store.service(deployment);
  if (order.type === 'retry') {
    const why = notRetried(deployment, service);
    return why && `cannot retry ${id}: ${why}. Deploy ${version} anew`;
  }
  const [top] = service.stable;
  if (order.older === true || top === undefined) return null;
  const active = await store.load(top.deploymentId);
  return isOlder(deployment, active)
    ? `cannot approve ${id}: ${version} was planned before what is active now (${active?.version}, ${top.deploymentId}). Approve it all the same with --older, or plan it anew`
    : null;
}
