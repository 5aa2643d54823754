import { MOST_JOB_BYTES } from '../../contracts/jobs/define-job.js';

/** Deeper than any contract is. */
const MOST_LEVELS = 32;
/** Names that reach what every object inherits, in whatever copies them carelessly. */
const INHERITED = new Set(['__proto__', 'constructor', 'prototype']);

/** Why a job's data is refused before its contract is asked; `null` when it may be. */
export function boundsRefusal(data: unknown): string | null {
  // Before its size: writing down what is too deep would exhaust the stack.
  const shape = shapeRefusal(data);
  if (shape !== null) return shape;
  const bytes = Buffer.byteLength(JSON.stringify(data ?? null));
  return bytes > MOST_JOB_BYTES ? `data: ${bytes} bytes, expected at most ${MOST_JOB_BYTES}` : null;
}

function shapeRefusal(data: unknown): string | null {
  let level: readonly unknown[] = [data];
  for (let depth = 0; depth <= MOST_LEVELS; depth++) {
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const [key, inner] of Object.entries(value)) {
        if (INHERITED.has(key)) return `${key}: is no name of a field`;
        below.push(inner);
      }
    }
    if (below.length === 0) return null;
    level = below;
  }
  return `data: nested more than ${MOST_LEVELS} levels deep`;
}
