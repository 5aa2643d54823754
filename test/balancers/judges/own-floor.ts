import {
  capacitiesIn,
  type Deployment,
  floorIn,
} from '../../../src/domain/model/deployment/deployment.js';
import type { Case, DrawnDeployment } from '../draw-case.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** What each target can carry, as it was drawn. */
export const sizesOf = ({ sizes, targets }: Pick<Case, 'sizes' | 'targets'>) =>
  Object.fromEntries(
    targets.map((id, at) => [id, sizes.by === 'nobody' ? 1 : (sizes.of[at] ?? 1)]),
  );

/**
 * What must go on serving whatever the product reckons: all but so many of the largest as may be
 * away at once, or the whole of one colour. Where the plan said more, that.
 */
export function floorOf(
  drawn: Case,
  { strategy }: Pick<DrawnDeployment, 'strategy'>,
  deployment: Deployment,
): number {
  const sizes = Object.values(sizesOf(drawn));
  const whole = sum(sizes);
  const capacities = capacitiesIn(deployment);
  // It counts on a scale of its own.
  const itsWhole = sum(drawn.targets.map((id) => capacities?.[id] ?? 1));
  const planned = (floorIn(deployment) / itsWhole) * whole;
  return Math.max(planned, drawn.isColoured ? ofOneColour(sizes) : ofTheRest(sizes, strategy));
}

const ofOneColour = (sizes: readonly number[]): number =>
  Math.min(sum(sizes.slice(0, 2)), sum(sizes.slice(2)));

function ofTheRest(sizes: readonly number[], strategy: DrawnDeployment['strategy']): number {
  const away = 'maxUnavailable' in strategy ? Number(strategy.maxUnavailable ?? 1) : 1;
  return sum(sizes.toSorted((a, b) => a - b).slice(0, sizes.length - away));
}
