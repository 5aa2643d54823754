import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { floorIn } from '../../src/domain/model/deployment/deployment.js';
import type { Deployment } from './core-under-test.js';

/**
 * How much must go on serving, in targets or by their size: counted here once more,
 * and not taken from the plan, but for colours, where it depends on which was live.
 */
export function floorOf(
  strategy: StrategySpec,
  deployment: Deployment,
  coloured: boolean,
  sizeOf: (id: string) => number,
): number {
  if (coloured) return floorIn(deployment);
  const most = strategy.maxUnavailable;
  const sizes = deployment.plan.targets.map(({ id }) => sizeOf(id)).toSorted((a, b) => b - a);
  const total = sum(sizes);
  if (most === undefined) return 0;
  if (typeof most === 'number') return Math.max(0, total - sum(sizes.slice(0, most)));
  const away = (Number.parseFloat(most) / 100) * total;
  const isEven = sizes.every((size) => size === sizes[0]);
  return Math.max(0, total - (isEven ? Math.floor(away + 1e-9) : away));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
