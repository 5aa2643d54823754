import { type Capacities, capacityOf, together } from '../../model/traffic/capacities.js';
import type { Target } from '../../model/target.js';
import type { TargetStatuses } from '../../model/target-status.js';
import { shareOf, type TrafficShares } from '../../model/traffic-shares.js';

/**
 * Shares that were declared, over the targets that there are now. A target that
 * is new gets as much, by its capacity, as those beside it have on average: of its
 * colour, where there are colours. Where all are new, each gets its part by its capacity.
 *
 * @param capacities what the shares are made for
 */
export function sharesOver(
  targets: readonly Target[],
  declared: TrafficShares,
  capacities?: Capacities,
): TrafficShares {
  const known = targets.filter(({ id }) => declared[id] !== undefined);
  if (known.length === 0) {
    const ids = targets.map(({ id }) => id);
    const all = together(capacities, ids);
    return Object.fromEntries(ids.map((id) => [id, capacityOf(capacities, id) / all]));
  }
  const meanOf = (colour: string): number => {
    const beside = known.filter((target) => colourOf(target) === colour).map(({ id }) => id);
    const sum = beside.reduce((total, id) => total + shareOf(declared, id), 0);
    return beside.length === 0 ? 0 : sum / together(capacities, beside);
  };
  const means = new Map<string, number>();
  const partOf = (target: Target): number => {
    const colour = colourOf(target);
    const mean = means.get(colour) ?? meanOf(colour);
    means.set(colour, mean);
    return declared[target.id] ?? mean * capacityOf(capacities, target.id);
  };
  const parts = targets.map((target) => [target.id, partOf(target)] as const);
  const sum = parts.reduce((total, [, part]) => total + part, 0);
  return Object.fromEntries(parts.map(([id, part]) => [id, sum === 0 ? 0 : part / sum]));
}

/** What is known of a service's targets, with the shares that they should have in the place of those they have. */
export function withShares(
  known: TargetStatuses,
  targets: readonly Target[],
  declared: TrafficShares,
  capacities?: Capacities,
): TargetStatuses {
  const shares = sharesOver(targets, declared, capacities);
  return new Map(
    [...known].map(([id, status]) => [id, { ...status, weight: [shareOf(shares, id)] }] as const),
  );
}

const colourOf = ({ metadata }: Target): string => metadata['colour'] ?? '';
