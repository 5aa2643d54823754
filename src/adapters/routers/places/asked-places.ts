import type { RouteCall, RouterFailure } from '../../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { lookAtAll, type Quorum, type SeenPlaces } from './look-at-all.js';
import { balancersOf, type RouterPlace } from './router-place.js';

export interface AskedPlaces {
  /** How many balancers have to answer for it to go on; all where not given. */
  readonly quorum?: number | undefined;
  /** Where a call's traffic is moved. */
  readonly placesOf: (call: RouteCall) => Result<readonly RouterPlace[], RouterFailure>;
}

type Look = (call: RouteCall, signal: AbortSignal) => Promise<Result<SeenPlaces, RouterFailure>>;

/**
 * The places that a call is about, and how they are asked: to look, whoever is
 * there; before a change, all but those that the call may be made without.
 */
export function askedPlaces({ placesOf, quorum }: AskedPlaces): {
  readonly meant: AskedPlaces['placesOf'];
  readonly look: Look;
  readonly lookBefore: Look;
} {
  const meant = (call: RouteCall): Result<readonly RouterPlace[], RouterFailure> => {
    const places = placesOf(call);
    const { only } = call;
    if (!places.ok || only === undefined) return places;
    return ok(places.value.filter(({ name }) => only.includes(name)));
  };
  const among =
    (without: (call: RouteCall) => Quorum['without']): Look =>
    async (call, signal) => {
      const places = meant(call);
      if (!places.ok) return places;
      const all = balancersOf(places.value);
      const least = call.only === undefined ? (quorum ?? all) : all;
      return lookAtAll(places.value, { least, without: without(call) }, signal);
    };
  return {
    meant,
    look: among(() => 'any'),
    lookBefore: among(({ without = [] }) => without),
  };
}
