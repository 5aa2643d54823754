import type { Evidence } from '../../../domain/model/target.js';

/** Counts of the same thing at different places. */
const ADDED: ReadonlySet<string> = new Set(['left']);

type Value = Evidence[string];

/** What several places show for the same change: what differs is told of each, the worst of what is measured. */
export function joinedEvidence(shown: readonly Evidence[]): Evidence {
  const keys = [...new Set(shown.flatMap((one) => Object.keys(one)))];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      joined(
        key,
        shown.flatMap((one) => one[key] ?? []),
        shown,
      ),
    ]),
  );
}

function joined(
  key: string,
  values: readonly NonNullable<Value>[],
  shown: readonly Evidence[],
): Value {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length > 0) {
    return ADDED.has(key) ? numbers.reduce((sum, one) => sum + one, 0) : Math.max(...numbers);
  }
  if (values.includes(false)) return false;
  // Of one that could not be seen nothing is said of all.
  if (values.includes(true)) return values.length === shown.length ? true : null;
  return values.length === 0 ? null : [...new Set(values.map(String))].join('; ');
}
