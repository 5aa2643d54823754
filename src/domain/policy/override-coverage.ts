import type { Override } from '../model/deployment/progress.js';
import type { CoveredHold, Hold } from '../model/hold.js';

/** A freeze or window that keeps a deployment from beginning now, and which one it is. */
export interface Closure extends Hold {
  /** Tells it from every other freeze, and from the same window at another time. */
  readonly of: string;
}

/**
 * Whether an override was given for this. One that does not list what it covers is
 * a rollback's, or was given to an older version: it covers everything.
 */
export const isCovered = (override: Override | null, { of }: Pick<Closure, 'of'>): boolean =>
  override !== null && (override.covers?.some((covered) => covered.of === of) ?? true);

export function holdOf(closure: Closure): Hold {
  const { of: _, ...hold } = closure;
  return hold;
}

/** What an override covers that is given while these hold. */
export const coveredBy = (closures: readonly Closure[]): readonly CoveredHold[] =>
  closures.map(({ of, kind, reason, until }) => ({ of, kind, reason, until }));

/** What somebody reads who expects the override that there is to cover it. */
export function uncoveredWords({ by, covers = [] }: Override): string {
  const given =
    covers.length === 0
      ? 'nothing held it when that was given'
      : `that was given for: ${covers.map(({ reason }) => reason).join('; ')}`;
  return `the override by ${by} does not cover it, as ${given}`;
}

/** What an override is for, to be said behind it; nothing where it does not list that. */
export function coverWords(covers: readonly Pick<Hold, 'reason'>[] | undefined): string {
  if (covers === undefined) return '';
  return covers.length === 0
    ? '; it covers nothing, as nothing held it then'
    : `; for: ${covers.map(({ reason }) => reason).join('; ')}`;
}
