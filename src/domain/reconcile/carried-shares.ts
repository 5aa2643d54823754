import { reaches, together } from '../model/traffic/capacities.js';
import type { TargetId } from '../model/ids.js';
import type { Desired, Limits } from './effect.js';
import { type ServiceStatus, statusOf } from '../model/service-status.js';
import { isSeenDown, isWell } from '../model/serving.js';
import { sure, type TargetStatus } from '../model/target-status.js';
import { shareOf, type TrafficShares } from '../model/traffic-shares.js';

/** Routers have whole weights, of 256 at most: what comes as near as this is what was asked for. */
const NEAR = 0.002;
const NEAR_IN_PARTS = 0.01;

/**
 * The desired shares, over those that can carry them now. What is out of service
 * keeps its share for when it is back; what is in rotation and not well gets
 * none. `null` where nobody could carry any.
 */
export function carriedShares(
  { targets }: Pick<ServiceStatus, 'targets'>,
  { shares, leaves, versions, isDone }: Desired,
  { floor, capacities }: Pick<Limits, 'floor' | 'capacities'>,
): TrafficShares | null {
  if (shares === null) return null;
  const able: TargetId[] = [];
  const idle: TargetId[] = [];
  for (const [id, status] of targets) {
    if (shareOf(shares, id) <= 0) continue;
    if (isIdle(status)) idle.push(id);
    else if (isWell(status) && sure(status.inRotation) === true) able.push(id);
  }
  const isLeft = (id: TargetId): boolean =>
    leaves && versions.has(id) && !isDone(id, statusOf({ targets }, id));
  const done = able.filter((id) => !isLeft(id));
  const enough = done.length > 0 && reaches(together(capacities, done), floor);
  const carrying = enough ? done : able;
  if (carrying.length === 0) return null;
  const all = [...carrying, ...idle];
  const whole = all.reduce((sum, id) => sum + shareOf(shares, id), 0);
  return Object.fromEntries(all.map((id) => [id, shareOf(shares, id) / whole]));
}

/** The router gives it nothing, whatever its share; or may not, and what it would give it is in good hands. */
const isIdle = (status: TargetStatus): boolean =>
  sure(status.inRotation) === false ||
  isSeenDown(status) ||
  (isWell(status) && sure(status.inRotation) === undefined);

/** Whether a target surely has this share, as near as routers come to it. */
export function hasShare({ weight }: TargetStatus, share: number): boolean {
  const now = sure(weight);
  return now !== undefined && now !== null && sameShare(now, share);
}

/** None is never near to some. */
export const sameShare = (a: number, b: number): boolean =>
  a > 0 === b > 0 && Math.abs(a - b) <= Math.max(NEAR, NEAR_IN_PARTS * Math.max(a, b));
