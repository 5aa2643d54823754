import { serviceKey } from '../model/ids.js';
import type { DeploymentIndex } from '../ports/deployment-index.js';

/** The manager's figures: deployments by what became of them, and services. */
export interface Summary {
  readonly total: number;
  /** Services of which it is known what version they run. */
  readonly activeServices: number;
  /** Those of which it is not known, as `environment/service`: `show` tells what is where. */
  readonly unknownServices: readonly string[];
  readonly completed: number;
  readonly failed: number;
  readonly rolledBack: number;
}

export async function summaryOf(index: DeploymentIndex): Promise<Summary> {
  const [counters, active] = await Promise.all([index.counters(), index.activeDeployments()]);
  const unknown = active.filter(({ version }) => version === null);
  return {
    total: Object.values(counters).reduce((sum, count) => sum + count, 0),
    activeServices: active.length - unknown.length,
    unknownServices: unknown.map(serviceKey),
    completed: counters.completed,
    failed: counters.failed,
    rolledBack: counters.rolled_back,
  };
}
