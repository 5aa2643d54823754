/**
 * The whole-numbered weights that come nearest to the shares: every scale for the
 * largest weight is tried from `first` to `last`, and the first with the smallest
 * deviation is taken. A share above 0 is never rounded down to none at all.
 *
 * @param shares from 0 to 1, at least one of them above 0
 */
export function weightsFor(
  shares: readonly number[],
  { first, last }: { readonly first: number; readonly last: number },
): readonly number[] {
  const largest = Math.max(...shares);
  const step = first <= last ? 1 : -1;
  let best: readonly number[] = [];
  let bestDeviation = Infinity;
  for (let scale = first; scale !== last + step; scale += step) {
    const weights = shares.map((share) =>
      share > 0 ? Math.max(1, Math.round((share / largest) * scale)) : 0,
    );
    const deviation = largestDeviation(shares, weights);
    if (deviation < bestDeviation - 1e-12) {
      best = weights;
      bestDeviation = deviation;
    }
  }
  return best;
}

/** How far the share that is furthest off is from what was asked for. */
export function largestDeviation(shares: readonly number[], weights: readonly number[]): number {
  const made = sharesOf(weights);
  return made.reduce((worst, share, at) => Math.max(worst, Math.abs(share - (shares[at] ?? 0))), 0);
}

/** All 0 when nothing has a weight. */
export function sharesOf(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (total === 0 ? 0 : weight / total));
}
