import type { Target } from '../../../domain/model/target.js';
import type {
  RouteCall,
  RouterFailure,
  SeenTarget,
  SeenTargets,
} from '../../../domain/ports/traffic-router.js';
import type { TargetId } from '../../../domain/model/ids.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { failed } from './router-failure.js';
import type { TrafficShares } from '../../../domain/model/traffic-shares.js';

/** How many names a message or a piece of evidence has. */
const LISTED = 20;
/** Shares are sums of fractions: what rounding leaves is no mistake. */
const ROUNDING = 1e-6;

/** The share of each target of the call, in the call's order; a failure that names what is wrong with them. */
export function askedShares(
  call: RouteCall,
  shares: TrafficShares,
): Result<readonly number[], RouterFailure> {
  for (const [id, share] of Object.entries(shares)) {
    if (!call.targets.some((target) => target.id === id)) return unknownTarget(call, id);
    if (!(share >= 0 && share <= 1)) {
      return failed('router/rejected', `the share of ${id} is ${share}: expected 0 to 1`);
    }
  }
  const asked = call.targets.map(({ id }) => (Object.hasOwn(shares, id) ? (shares[id] ?? 0) : 0));
  const sum = asked.reduce((total, share) => total + share, 0);
  return Math.abs(sum - 1) <= ROUNDING
    ? ok(asked)
    : failed('router/rejected', `the shares add up to ${Number(sum.toFixed(6))}: expected 1`);
}

/** A failure when none of the targets that get a share would take a request. */
export function nobodyServes(
  call: RouteCall,
  shares: readonly number[],
  isDrained: (at: number) => boolean,
): Result<never, RouterFailure> | null {
  const receiving = call.targets.flatMap(({ id }, at) =>
    (shares[at] ?? 0) > 0 ? [{ id, at }] : [],
  );
  if (!receiving.every(({ at }) => isDrained(at))) return null;
  const names = receiving.slice(0, LISTED).map(({ id }) => id);
  return failed('router/rejected', `nobody would serve: ${names.join(', ')} out of service`);
}

export function targetOf(call: RouteCall, id: TargetId): Result<Target, RouterFailure> {
  const target = call.targets.find((one) => one.id === id);
  return target ? ok(target) : unknownTarget(call, id);
}

const unknownTarget = (call: RouteCall, id: string): Result<never, RouterFailure> =>
  failed('router/rejected', `${id} is no target of ${call.environment}/${call.service}`);

/** As an object, in the targets' order. */
export const named = (call: RouteCall, shares: readonly number[]): TrafficShares =>
  Object.fromEntries(call.targets.map(({ id }, at) => [id, shares[at] ?? 0]));

/** As an object; what is seen has one entry for each target, in their order. */
export const seenByTarget = (call: RouteCall, seen: readonly SeenTarget[]): SeenTargets =>
  Object.fromEntries(
    seen.flatMap((one, at) => {
      const target = call.targets[at];
      return target ? [[target.id, one]] : [];
    }),
  );

/** `web-1=9 web-2=1`: short enough for evidence, however many there are. */
export function listed(values: Readonly<Record<string, number>>): string {
  const entries = Object.entries(values).filter(([, value]) => value > 0);
  const shown = entries.slice(0, LISTED).map(([id, value]) => `${id}=${Number(value.toFixed(5))}`);
  if (entries.length > LISTED) shown.push(`and ${entries.length - LISTED} more`);
  return shown.join(' ');
}
