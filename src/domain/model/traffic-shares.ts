/**
 * What part of a service's traffic each of its targets gets, from 0 to 1; all
 * together 1. A target that is not named gets 0.
 */
export type TrafficShares = Readonly<Record<string, number>>;

/** Whether two sets of shares come to the same: who is not named gets nothing. */
export const sameShares = (a: TrafficShares, b: TrafficShares): boolean =>
  [...Object.keys(a), ...Object.keys(b)].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
