import type { Target } from '../model/target.js';
import { shareOf, type TrafficShares } from '../model/traffic-shares.js';

/**
 * Shares that were declared, over the targets that there are now. A target that
 * is new gets as much as those beside it have on average: of its colour, where
 * there are colours.
 */
export function sharesOver(targets: readonly Target[], declared: TrafficShares): TrafficShares {
  const known = targets.filter(({ id }) => declared[id] !== undefined);
  if (known.length === targets.length) return whole(targets, (id) => shareOf(declared, id));
  const meanOf = (colour: string): number => {
    const beside = known.filter((target) => colourOf(target) === colour);
    const sum = beside.reduce((total, { id }) => total + shareOf(declared, id), 0);
    return beside.length === 0 ? 0 : sum / beside.length;
  };
  const means = new Map(targets.map(colourOf).map((colour) => [colour, meanOf(colour)]));
  const shares = new Map(
    targets.map((target) => [
      String(target.id),
      declared[target.id] ?? means.get(colourOf(target)) ?? 0,
    ]),
  );
  return whole(targets, (id) => shares.get(id) ?? 0);
}

function whole(targets: readonly Target[], partOf: (id: string) => number): TrafficShares {
  const sum = targets.reduce((total, { id }) => total + partOf(id), 0);
  return Object.fromEntries(targets.map(({ id }) => [id, sum === 0 ? 0 : partOf(id) / sum]));
}

const colourOf = ({ metadata }: Target): string => metadata['colour'] ?? '';
