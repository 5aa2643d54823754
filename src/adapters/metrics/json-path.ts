import { JSON_PATH_STEP } from '../../contracts/config/metric-source.schema.js';

/** Where to go from the root: into a member, an element, or into each of them (`*`). */
type Step = { readonly member: string } | { readonly element: number } | '*';
export type JsonPath = readonly Step[];

/** Of a path that the configuration's schema let through. */
export function parseJsonPath(text: string): JsonPath {
  const steps = text.startsWith('$') || text.startsWith('[') ? text : `.${text}`;
  return [...steps.matchAll(STEP)].map(([step]) => parseStep(step));
}

const STEP = new RegExp(JSON_PATH_STEP, 'g');

function parseStep(text: string): Step {
  if (text === '[*]') return '*';
  if (text.startsWith('["')) return { member: text.slice(2, -2) };
  if (text.startsWith('[')) return { element: Number(text.slice(1, -1)) };
  return { member: text.replace(/^\./, '') };
}

/** All values at the path, in the document's order; none where it leads nowhere. */
export const pick = (document: unknown, path: JsonPath): readonly unknown[] =>
  path.reduce<readonly unknown[]>(
    (values, step) => values.flatMap((value) => into(value, step)),
    [document],
  );

function into(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*') return Array.isArray(value) ? value : Object.values(value);
  const key = 'member' in step ? step.member : String(step.element);
  // Own keys only: a path must not find what every object inherits. `length` is an array's own.
  if ('member' in step === Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, found]) => (name === key ? [found] : []));
}
