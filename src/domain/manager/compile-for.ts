import type { ServiceRef } from '../model/ids.js';
import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import type { Result } from '../model/result.js';
import type { OrchestratorPorts } from '../orchestrator/orchestrator-ports.js';
import { compilePlan, type PlanInput } from '../plan/compile/compile-plan.js';
import { withShares } from '../reconcile/shares/shares-over.js';
import type { PlanRefusal } from '../strategies/parts/strategy.js';

/**
 * Compiles a plan for what is known of the service. Colours are told apart by the
 * traffic that is declared, not by what a deployment that failed has left: a
 * deployment puts that right before it takes anything out.
 */
export async function compileFor(
  { index, store }: Pick<OrchestratorPorts, 'index' | 'store'>,
  ref: ServiceRef,
  input: PlanInput,
): Promise<Result<DeploymentPlan, PlanRefusal>> {
  const coloured = input.targets.some(({ metadata }) => metadata['colour'] !== undefined);
  if (!coloured) return compilePlan(input, await index.targetStatuses(ref));
  const { targets, stable, active } = await store.service(ref);
  const { shares = null, capacities } = stable[0]?.declared ?? {};
  const known = shares === null ? targets : withShares(targets, input.targets, shares, capacities);
  return compilePlan(input, known, active?.version ?? null);
}
