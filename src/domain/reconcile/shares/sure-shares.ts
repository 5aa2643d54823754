import type { ServiceStatus } from '../../model/service-status.js';
import { sure } from '../../model/target-status.js';
import type { TrafficShares } from '../../model/traffic-shares.js';

/** The shares that are set, as far as they are known; who is not named has none, or nobody knows. */
export function sureShares({ targets }: Pick<ServiceStatus, 'targets'>): TrafficShares {
  const shares: Record<string, number> = {};
  for (const [id, { weight }] of targets) {
    const share = sure(weight);
    if (share !== undefined && share !== null) shares[id] = share;
  }
  return shares;
}
