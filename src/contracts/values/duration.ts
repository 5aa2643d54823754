import ms, { type StringValue } from 'ms';
import { z } from 'zod';

const PATTERN = /^\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)?$/;

/**
 * A length of time as people write it (`"250ms"`, `"60s"`, `"5m"`, `"2h"`) or a
 * number of milliseconds; it comes out as whole milliseconds.
 *
 * @param bounds inclusive, in milliseconds; at most 30 days where not given
 */
export function duration({ min = 0, max = 30 * 86_400_000 } = {}) {
  return z
    .union([z.number(), z.string().regex(PATTERN, 'expected a duration such as "30s" or "5m"')])
    .transform((value) => Math.round(typeof value === 'number' ? value : parse(value)))
    .pipe(z.int().min(min).max(max))
    .meta({ title: 'duration', minimum: min, maximum: max });
}

function parse(text: string): number {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pattern admits only what ms understands
  return ms(text as StringValue);
}
