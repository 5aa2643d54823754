/**
 * What part of a service's traffic each of its targets gets, from 0 to 1; all
 * together 1. A target that is not named gets 0.
 */
export type TrafficShares = Readonly<Record<string, number>>;

/** Who is not named gets nothing. */
export const shareOf = (shares: TrafficShares, target: string): number => shares[target] ?? 0;

/** Whether two sets of shares come to the same: who is not named gets nothing. */
export const sameShares = (a: TrafficShares, b: TrafficShares): boolean =>
  [...Object.keys(a), ...Object.keys(b)].every((name) => shareOf(a, name) === shareOf(b, name));
