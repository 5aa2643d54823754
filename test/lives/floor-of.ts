import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import type { Deployment } from './core-under-test.js';

/**
 * How many must go on serving: counted here once more, and not taken from the
 * plan, but for colours, where it depends on which of them was live.
 */
export function floorOf(strategy: StrategySpec, { plan }: Deployment, coloured: boolean): number {
  if (coloured) return plan.floor;
  const most = 'maxUnavailable' in strategy ? strategy.maxUnavailable : undefined;
  const total = plan.targets.length;
  if (most === undefined) return 0;
  const away = typeof most === 'number' ? most : (Number.parseFloat(most) * total) / 100;
  return Math.max(0, total - Math.floor(away + 1e-9));
}
