import { serviceKey } from '../model/ids.js';
import type { FlagStanding } from '../model/plan/flag-standing.js';
import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import type { OrchestratorPorts } from '../orchestrator/orchestrator-ports.js';
import { type NewDeployment, newDeployment } from './new-deployment.js';

const never = new AbortController().signal;

/**
 * What the flags are at that a plan sets, without those that show nothing. A store
 * that does not answer says nothing: the first step that sets a flag looks again.
 */
export async function flagsNow(
  { runtimeOf, clock }: Pick<OrchestratorPorts, 'runtimeOf' | 'clock'>,
  request: NewDeployment,
  plan: DeploymentPlan,
): Promise<readonly FlagStanding[]> {
  const names = plan.steps.flatMap((step) => (step.kind === 'set_flag' ? [step.flag] : []));
  if (names.length === 0) return [];
  const runtime = runtimeOf(newDeployment(request, plan, clock.now()).deployment);
  const flags = runtime.ok ? runtime.value.flags : null;
  if (flags == null) return [];
  const read = await Promise.all([...new Set(names)].map((name) => flags.read(name, never)));
  return read.flatMap((answer) => {
    if (!answer.ok || answer.value === null) return [];
    const { flag, percent, version, owner = serviceKey(request) } = answer.value;
    if (owner !== serviceKey(request)) return [{ flag, percent, version, owner }];
    return percent === 0 ? [] : [{ flag, percent, version }];
  });
}
