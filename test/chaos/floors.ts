import { amountOf } from '../../src/domain/model/plan/amount.js';
import type { ChaosService } from './fleet.js';

/** How many of its targets must have traffic at any time, whatever is deployed: all its deployments share one strategy. */
export function floorOfService({ strategy, targets }: ChaosService): number {
  const most = 'maxUnavailable' in strategy ? strategy.maxUnavailable : undefined;
  if (most === undefined) return 0;
  return Math.max(0, targets.length - amountOf(most, targets.length, 'down'));
}
