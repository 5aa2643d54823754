import type { TrafficShares } from '../ports/traffic-router.js';

/** Whether two sets of shares come to the same: who is not named gets nothing. */
export const sameShares = (a: TrafficShares, b: TrafficShares): boolean =>
  [...Object.keys(a), ...Object.keys(b)].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
