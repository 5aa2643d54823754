import type { TargetId } from '../model/ids.js';
import type { ServiceStatus } from '../model/service-status.js';
import { wouldServe } from '../model/serving.js';
import { sure } from '../model/target-status.js';
import { shareOf, type TrafficShares } from '../model/traffic-shares.js';
import type { Desired } from './effect.js';

/** These shares, with an equal part for some that have none in them. */
export function withPartsFor(
  ids: readonly TargetId[],
  shares: TrafficShares,
  whole: number,
): TrafficShares {
  const left = 1 - ids.length / whole;
  const scaled = Object.entries(shares).map(([id, share]) => [id, share * left] as const);
  return Object.fromEntries([...scaled, ...ids.map((id) => [id, 1 / whole] as const)]);
}

/**
 * Where so few have traffic that none of them can be taken out: a part of it for
 * those that have the new version already, until the others have it, too.
 * `null` where there is nobody to lend it to, or it could not be given back.
 */
export function lentShares(
  { targets }: Pick<ServiceStatus, 'targets'>,
  { shares, isDone }: Desired,
  floor: number,
): TrafficShares | null {
  if (shares === null) return null;
  if (Object.values(shares).filter((share) => share > 0).length < floor) return null;
  const able = [...targets].flatMap(([id, status]) => {
    const hasNone = shareOf(shares, id) === 0;
    const serves = wouldServe({ ...status, weight: [null] }) && sure(status.inRotation) === true;
    return hasNone && serves && isDone(id, status) ? [id] : [];
  });
  return able.length === 0 ? null : withPartsFor(able, shares, targets.size);
}
