/** Deeper than any contract is. */
export const MOST_LEVELS = 32;
/** Names that reach what every object inherits, in whatever copies them carelessly. */
const INHERITED = new Set(['__proto__', 'constructor', 'prototype']);

export interface ShapeRefusal {
  /** The outermost field that it is in; empty where the data has none. */
  readonly field: string;
  readonly message: string;
}

/**
 * Why data is refused before its contract is asked: whatever walks through it
 * later may do so by recursion, and copy it carelessly. Data that holds itself is
 * endlessly deep.
 */
export function shapeRefusal(data: unknown): ShapeRefusal | null {
  let level: ReadonlyMap<unknown, string> = new Map([[data, '']]);
  for (let depth = 0; depth <= MOST_LEVELS; depth++) {
    // By value, so that what is reached in many ways is looked at once on each level.
    const below = new Map<unknown, string>();
    for (const [value, field] of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const [key, inner] of Object.entries(value)) {
        if (INHERITED.has(key)) return { field: key, message: 'is no name of a field' };
        if (!below.has(inner)) below.set(inner, field === '' ? key : field);
      }
    }
    if (below.size === 0) return null;
    level = below;
  }
  const [field = ''] = level.values();
  return { field, message: `nested more than ${MOST_LEVELS} levels` };
}
