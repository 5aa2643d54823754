/**
 * How much each target can carry beside the others, above 0 and on any scale. There are
 * none where all can carry the same; who is not named can carry 1.
 */
export type Capacities = Readonly<Record<string, number>>;

/** Sums of fractions that are as good as equal. */
const ROUNDING = 1e-9;

export const capacityOf = (capacities: Capacities | undefined, target: string): number =>
  capacities?.[target] ?? 1;

/** What these can carry together: where all can carry the same, their number. */
export const together = (capacities: Capacities | undefined, ids: Iterable<string>): number => {
  let sum = 0;
  for (const id of ids) sum += capacityOf(capacities, id);
  return sum;
};

/** Whether that much is enough, whatever rounding left. */
export const reaches = (capacity: number, floor: number): boolean =>
  capacity >= floor - ROUNDING * Math.max(1, floor);

/** What of a target says how much it can carry. */
interface Sized<Id extends string> {
  readonly id: Id;
  readonly capacity?: number;
}

/**
 * What each of these targets can carry: as configured (1 where it is not said), where
 * that is said of any of them; else as the balancer's own configuration has it. There,
 * 0 says nothing of a target's size: it counts like the others on average. `undefined`
 * where all can carry the same.
 *
 * @param given what the balancer's own configuration gives it, on its own scale
 */
export function capacitiesOf<Id extends string>(
  targets: readonly Sized<Id>[],
  given: (target: Id) => number | undefined,
): Capacities | undefined {
  const isConfigured = targets.some(({ capacity }) => capacity !== undefined);
  const sizes: readonly Size[] = isConfigured
    ? targets.map(({ id, capacity = 1 }) => [id, capacity])
    : onAverage(targets.map(({ id }) => [id, given(id) ?? 0]));
  const [[, first] = ['', 1]] = sizes;
  return sizes.every(([, size]) => size === first) ? undefined : Object.fromEntries(sizes);
}

type Size = readonly [target: string, size: number];

/** On a scale on which the smallest has 1. */
function onAverage(sizes: readonly Size[]): readonly Size[] {
  const said = sizes.flatMap(([, size]) => (size > 0 ? [size] : []));
  if (said.length === 0) return [];
  const smallest = Math.min(...said);
  const mean = said.reduce((sum, size) => sum + size, 0) / said.length;
  return sizes.map(([id, size]) => [id, (size > 0 ? size : mean) / smallest]);
}

/** In the order in which they are taken: what may hurt goes where least is lost. */
export const smallestFirst = <T extends { readonly id: string }>(
  targets: readonly T[],
  capacities: Capacities | undefined,
): readonly T[] =>
  targets.toSorted((a, b) => capacityOf(capacities, a.id) - capacityOf(capacities, b.id));

/** Whether two say the same of every target. */
export const sameCapacities = (a: Capacities | undefined, b: Capacities | undefined): boolean =>
  Object.keys({ ...a, ...b }).every((id) => capacityOf(a, id) === capacityOf(b, id));

/**
 * Shares as they are once the targets' capacities are others: who has twice as much
 * capacity as then gets twice as much beside the others, and who had nothing has nothing.
 *
 * @param then what the shares were made for; `undefined`: all the same, or nobody knows
 */
export function levelled(
  shares: Shares,
  then: Capacities | undefined,
  now: Capacities | undefined,
): Shares {
  if (sameCapacities(then, now) || (then === undefined && fits(shares, now))) return shares;
  const parts = Object.entries(shares).map(
    ([id, share]) => [id, (share * capacityOf(now, id)) / capacityOf(then, id)] as const,
  );
  const whole = parts.reduce((sum, [, part]) => sum + part, 0);
  return Object.fromEntries(parts.map(([id, part]) => [id, whole === 0 ? 0 : part / whole]));
}

/** Parts of the traffic, by target. */
type Shares = Readonly<Record<string, number>>;

/** Routers have whole weights: shares that come as near as this were made for these capacities. */
const NEAR = 0.05;

/** Whether those that have any share have it by their capacity already. */
function fits(shares: Shares, capacities: Capacities | undefined): boolean {
  const loads = Object.entries(shares).flatMap(([id, share]) =>
    share > 0 ? [share / capacityOf(capacities, id)] : [],
  );
  return Math.max(...loads) <= Math.min(...loads) * (1 + NEAR);
}
