import type { FlagSpec } from '../../src/domain/model/plan/flag-setting.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { between, chanceFrom, often, pick, some } from '../support/chance.js';
import type { Hand, Planned } from './shape.js';

/**
 * In some lives a person changes the flags while they are widened. Drawn apart, so that all
 * else of a seed stays as it was.
 */
export function withHands(seed: number, deployments: readonly Planned[]): readonly Planned[] {
  const chance = chanceFrom(seed ^ 0x1b873593);
  if (!often(chance, 0.3)) return deployments;
  return deployments.map((planned) => {
    const setting: FlagSpec = {
      onForeignChange: pick(chance, [undefined, 'pause', 'rollback', 'overwrite']),
      restart: often(chance, 0.5),
    };
    const hands = some(chance, 3, (): Hand => ({
      at: between(chance, 0, 60_000),
      percent: pick(chance, [0, 3, 70, null]),
    }));
    return { ...planned, hands, strategy: flagged(planned.strategy, setting) };
  });
}

function flagged(strategy: StrategySpec, setting: FlagSpec): StrategySpec {
  if (strategy.kind === 'feature_flag') return { ...strategy, flag: setting };
  if (strategy.kind !== 'steps') return strategy;
  const steps = strategy.steps.map((step) =>
    step.kind === 'set_flag' ? { ...step, flag: { name: 'f', ...setting } } : step,
  );
  return { ...strategy, steps };
}
