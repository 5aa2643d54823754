/**
 * Where `holds` turns true between `low` (false there) and `high` (true there),
 * to the last digit a double has; 2,100 halvings is more than there are doubles between any two.
 */
export function bisect(low: number, high: number, holds: (x: number) => boolean): number {
  let [no, yes] = [low, high];
  for (let halving = 0; halving < 2_100; halving++) {
    const middle = no / 2 + yes / 2;
    if (middle === no || middle === yes) break;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
