/**
 * Where two values first differ once both are JSON, as a path and the two
 * values; `null` where they are the same. A property that is undefined is not
 * there, and the order of properties means nothing.
 */
export function difference(stored: unknown, folded: unknown, path = ''): string | null {
  if (stored === folded) return null;
  if (!isObject(stored) || !isObject(folded) || Array.isArray(stored) !== Array.isArray(folded)) {
    return `${path || 'value'} is ${text(stored)}, not ${text(folded)}`;
  }
  for (const key of new Set([...Object.keys(stored), ...Object.keys(folded)])) {
    const found = difference(stored[key], folded[key], path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const LONGEST = 120;

function text(value: unknown): string {
  const json = JSON.stringify(value) ?? 'missing';
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json;
}
