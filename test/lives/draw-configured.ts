import { between, type Chance, often, pick } from '../support/chance.js';
import { AS_EVER, type Configured } from './configured.js';
import type { Planned } from './shape.js';
import type { Scenery } from './stage.js';

/** In some lives the configuration names other targets from one deployment to the next. */
export function reconfigured(
  chance: Chance,
  { targets, coloured }: Scenery,
  deployments: readonly Planned[],
): readonly Planned[] {
  if (coloured || targets < 2 || !often(chance, 0.3)) return deployments;
  // Whoever is under way while the router's table changes asks it for what it does not have.
  const forgets = often(chance, 0.4);
  const renames = forgets && often(chance, 0.5);
  const without = new Set<number>();
  const renamed = new Set<number>();
  return deployments.map((planned) => {
    if (often(chance, 0.6)) turn(without, between(chance, 0, targets - 1), targets);
    if (renames && often(chance, 0.5)) turn(renamed, between(chance, 0, targets - 1), targets + 1);
    const configured: Configured =
      without.size + renamed.size === 0
        ? AS_EVER
        : {
            without: [...without],
            renamed: [...renamed],
            forgotten: forgets,
            removedTargets: pick(chance, ['retire', 'retire', 'leave']),
          };
    const orders = forgets ? planned.orders.filter(({ back }) => back === 0) : planned.orders;
    return { ...planned, configured, orders, asked: forgets ? 'then' : planned.asked };
  });
}

/** In or out; one is always configured. */
function turn(without: Set<number>, target: number, targets: number): void {
  if (without.delete(target)) return;
  if (without.size < targets - 1) without.add(target);
}
