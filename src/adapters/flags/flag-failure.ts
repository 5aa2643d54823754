import { FLAG_NAME_PATTERN } from '../../contracts/values/flag-record.js';
import { isFlagPercent } from '../../domain/model/plan/flag-setting.js';
import type { FlagFailure } from '../../domain/ports/flag-store.js';
import { flagOwnerWords } from '../../domain/model/deployment/flag-owner-words.js';
import { err, type Result } from '../../domain/model/result.js';

type Failed = Result<never, FlagFailure>;

export const unreachable = (message: string): Failed =>
  err({ code: 'flag/unreachable', message, transient: true });

export const rejected = (message: string, { transient = false } = {}): Failed =>
  err({ code: 'flag/rejected', message, transient });

export const aborted = (flag: string): Failed =>
  err({ code: 'flag/aborted', message: `told to stop before ${flag} was done`, transient: true });

export const fenced = (flag: string, fence: number, seen: number): Failed =>
  err({
    code: 'flag/fenced',
    message: `${flag} is not set with fence ${fence}: its service's flags have seen ${seen}`,
    transient: false,
  });

/** Fences of two services can't be compared, so a flag is moved by one of them only. */
export const foreign = (flag: string, owner: string): Failed =>
  rejected(flagOwnerWords(flag, owner));

/** What no store can do, or was told not to do any more. */
export function refusalOf(
  flag: string,
  percent: number | null,
  signal: AbortSignal,
): Failed | undefined {
  if (!FLAG_NAME_PATTERN.test(flag)) {
    return rejected(
      `flag: ${JSON.stringify(flag)} is not a name, it must match ${FLAG_NAME_PATTERN.source}`,
    );
  }
  if (percent !== null && !isFlagPercent(percent)) {
    return rejected(`percent: expected 0 to 100 in steps of 0.001, got ${percent}`);
  }
  return signal.aborted ? aborted(flag) : undefined;
}
