import type { DeploymentIndex } from '../ports/deployment-index.js';

export interface Summary {
  readonly total: number;
  readonly activeServices: number;
  readonly completed: number;
  readonly failed: number;
  readonly rolledBack: number;
}

export async function summaryOf(index: DeploymentIndex): Promise<Summary> {
  const [counters, active] = await Promise.all([index.counters(), index.activeDeployments()]);
  return {
    total: Object.values(counters).reduce((sum, count) => sum + count, 0),
    activeServices: active.length,
    completed: counters.completed,
    failed: counters.failed,
    rolledBack: counters.rolled_back,
  };
}
