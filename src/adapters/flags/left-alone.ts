import type { FlagCall, FlagFailure } from '../../domain/ports/flag-store.js';
import { err, type Result } from '../../domain/model/result.js';

/** The mark of a flag that is not there. */
export const ABSENT = 'absent';

/** A flag as the store has it just now. */
interface Standing {
  readonly mark: string;
  /** The mark of what any of us wrote last; `null` where the store does not know. */
  readonly last: string | null;
  /** What was found, in a sentence part. */
  readonly found: () => string;
}

/** Why the call does not write: somebody else changed the flag since it was written; `null` where nothing is in the way. */
export function leftAlone(
  flag: string,
  { wrote, overwrites }: FlagCall,
  { mark, last, found }: Standing,
): Result<never, FlagFailure> | null {
  if (overwrites === 'any' || overwrites === mark) return null;
  const ours = [wrote, last].filter((each) => each != null);
  return ours.length === 0 || ours.includes(mark) ? null : changed(flag, { mark, found: found() });
}

export const changed = (
  flag: string,
  change: NonNullable<FlagFailure['change']>,
): Result<never, FlagFailure> =>
  err({
    code: 'flag/changed',
    message: `${flag} was changed by somebody else: it is ${change.found}`,
    transient: false,
    change,
  });
