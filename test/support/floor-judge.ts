import { type Table, withTraffic } from './haproxy-table.js';

/**
 * What is wrong with these moments of a time in which so many had to have traffic: one that shows
 * fewer. Where it began below the floor, it may only rise until it is there.
 */
export function belowFloor(tables: readonly Table[], floor: number): readonly string[] {
  let most = 0;
  const faults: string[] = [];
  for (const [at, table] of tables.entries()) {
    const serving = withTraffic(table).length;
    const least = Math.min(floor, most);
    if (serving < least) {
      faults.push(`sample ${at}: ${serving} with traffic, ${least} before: ${shown(table)}`);
    }
    most = Math.max(most, serving);
  }
  return faults;
}

/** The fewest that had traffic at any of these moments. */
export const fewest = (tables: readonly Table[]): number =>
  Math.min(...tables.map((table) => withTraffic(table).length));

/** Each server with its share of the weights, in percent, where all have traffic. */
export function sharesIn(table: Table): Readonly<Record<string, number>> {
  const serving = withTraffic(table);
  const whole = serving.reduce((sum, id) => sum + (table[id]?.weight ?? 0), 0);
  return Object.fromEntries(
    serving.map((id) => [id, Math.round((100 * (table[id]?.weight ?? 0)) / whole)]),
  );
}

const shown = (table: Table): string =>
  Object.entries(table)
    .map(([id, { status, weight }]) => `${id} ${status} ${weight}`)
    .join(', ');
