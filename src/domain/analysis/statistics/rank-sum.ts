/**
 * How many of the ways to choose `size` of these whole scores give each sum,
 * the exact null distribution of a rank sum, ties or not: the shift algorithm of
 * Streitberg & Röhmel, Stat. Softw. Newsl. 12 (1986). Index: the sum.
 */
export function rankSumCounts(scores: readonly number[], size: number): Float64Array {
  const width = scores.reduce((sum, score) => sum + score, 1);
  // One row for each number of scores taken; a row holds the ways to reach each sum.
  const ways = new Float64Array((size + 1) * width);
  ways[0] = 1;
  for (const score of scores) {
    for (let row = size; row > 0; row--) {
      for (let sum = score; sum < width; sum++) {
        const at = row * width + sum;
        ways[at] = Number(ways[at]) + Number(ways[at - width - score]);
      }
    }
  }
  return ways.subarray(size * width);
}
