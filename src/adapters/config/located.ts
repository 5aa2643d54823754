import type { Place } from '../../contracts/problems/config-error.js';

/** A value, and where the parts of it were written. */
export interface Located {
  readonly value: unknown;
  /** `null` where that is not known. Of a field that is missing: of what it is missing in. */
  placeOf(path: readonly (string | number)[], at: 'key' | 'value'): Place | null;
}

/** What no file was read for, or one that is a program. */
export const unlocated = (value: unknown): Located => ({ value, placeOf: () => null });
