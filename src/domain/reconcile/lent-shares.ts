import { type Capacities, capacityOf, reaches, together } from '../model/traffic/capacities.js';
import type { TargetId } from '../model/ids.js';
import type { ServiceStatus } from '../model/service-status.js';
import { wouldServe } from '../model/serving.js';
import { sure } from '../model/target-status.js';
import { shareOf, type TrafficShares } from '../model/traffic-shares.js';
import type { Desired, Limits } from './effect.js';

/** These shares, with a part by its capacity for each of some that have none in them. */
export function withPartsFor(
  ids: readonly TargetId[],
  shares: TrafficShares,
  { targets }: Service,
  capacities: Capacities | undefined,
): TrafficShares {
  const whole = together(capacities, targets.keys());
  const left = 1 - together(capacities, ids) / whole;
  const scaled = Object.entries(shares).map(([id, share]) => [id, share * left] as const);
  const parts = ids.map((id) => [id, capacityOf(capacities, id) / whole] as const);
  return Object.fromEntries([...scaled, ...parts]);
}

type Service = Pick<ServiceStatus, 'targets'>;

/**
 * Where so few have traffic that none of them can be taken out: a part of it for
 * those that have the new version already, until the others have it, too.
 * `null` where there is nobody to lend it to, or it could not be given back.
 */
export function lentShares(
  { targets }: Service,
  { shares, isDone }: Desired,
  { floor, capacities }: Pick<Limits, 'floor' | 'capacities'>,
): TrafficShares | null {
  if (shares === null) return null;
  let carried = 0;
  for (const [id, share] of Object.entries(shares)) {
    if (share > 0) carried += capacityOf(capacities, id);
  }
  if (!reaches(carried, floor)) return null;
  const able = [...targets].flatMap(([id, status]) => {
    const hasNone = shareOf(shares, id) === 0;
    const serves = wouldServe({ ...status, weight: [null] }) && sure(status.inRotation) === true;
    return hasNone && serves && isDone(id, status) ? [id] : [];
  });
  return able.length === 0 ? null : withPartsFor(able, shares, { targets }, capacities);
}
