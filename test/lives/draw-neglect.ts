import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { between, type Chance, often, pick } from '../support/chance.js';
import type { Planned, TimedMove } from './shape.js';
import type { Scenery } from './stage.js';
import { CALM } from './trouble.js';

/** When what was deployed has mostly ended, and before the next one comes. */
const ONCE_OVER_MS = 100_000;
/** A driver that mostly does what it should, and does not say so. */
const UNANSWERED = { ...CALM, deploy: 0.5, whole: 0.8 };

/**
 * These deployments where nobody tidies up. The first one fails, and what it called
 * may run anything. The router starts anew and sends that traffic, and people take
 * out all the others. Those after it, which have no floor, are halted while the router
 * is away, just as a target is to be drained: it may serve or not. The last one has to
 * find its way.
 */
export function neglected(
  chance: Chance,
  { targets }: Scenery,
  deployments: readonly Planned[],
): readonly Planned[] {
  // Who is taken first fails first.
  const left = pick(chance, [0, 0, between(chance, 0, targets - 1)]);
  return deployments.map((planned, at) => {
    const policy = { ...planned.policy, onFailure: 'hold', retries: 0 } as const;
    const its = { ...planned, policy, asked: 'then', deaths: [] } as const;
    if (at === 0) return { ...its, trouble: UNANSWERED, orders: [], moves: outOfService() };
    if (at === deployments.length - 1 && often(chance, 0.8)) {
      return { ...its, trouble: CALM, orders: [], moves: [] };
    }
    const drain = pick(chance, [1, 1, 2]);
    return {
      ...{ ...its, trouble: CALM, strategy: withoutFloor(planned.strategy) },
      orders: [{ at: pick(chance, [5_000, 5_000, 40_000]), what: 'halt', back: 0 }],
      moves: [{ drain, move: { kind: 'away', ms: 60_000 } }],
    };
  });

  function outOfService(): readonly TimedMove[] {
    const others = Array.from({ length: targets }, (_, target) => target).filter(
      (target) => target !== left,
    );
    return [
      { at: ONCE_OVER_MS, move: { kind: 'forget' } },
      ...others.map((target) => ({ at: ONCE_OVER_MS, move: { kind: 'maint', target } }) as const),
    ];
  }
}

const withoutFloor = (strategy: StrategySpec): StrategySpec =>
  'maxUnavailable' in strategy ? { ...strategy, maxUnavailable: undefined } : strategy;
