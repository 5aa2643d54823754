import type { Evidence } from '../../../domain/model/target.js';
import type {
  RouteCall,
  RouterFailure,
  SeenTarget,
  TellDrain,
  TrafficRouter,
} from '../../../domain/ports/traffic-router.js';
import type { TrafficShares } from '../../../domain/model/traffic-shares.js';
import type { TargetId } from '../../../domain/model/ids.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { askedShares, named, nobodyServes, targetOf } from '../base/asked-shares.js';
import { failed } from '../base/router-failure.js';
import { sharesOf } from '../base/share-weights.js';
import { joinedEvidence } from './joined-evidence.js';
import { at, lookAtAll, lookAtEach, type SeenPlace, seenAtAll } from './look-at-all.js';
import { hasAll, type RouterPlace } from './router-place.js';

type Answer<T> = Promise<Result<T, RouterFailure>>;

export interface SeveralPlaces {
  readonly kind: string;
  /** The longest a call to one place and the look before it may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly drainMs: number;
  readonly uncounted?: true;
  readonly persistentGraceMs?: number;
  /** Each place counts the requests that it gives out. */
  readonly isCounted?: boolean;
  /** Where a call's traffic is moved. */
  readonly placesOf: (call: RouteCall) => Result<readonly RouterPlace[], RouterFailure>;
}

/**
 * Keeps several places alike, such as two balancers side by side: one router made
 * of many. All of them are asked before any is touched, and a change has come
 * about when all have it. Where it ends in mid-way, by a crash say, they differ:
 * then nothing is sure of the target, and the next pass does it again.
 *
 * A place with one colour only, which something other than weights chooses, is
 * drained and taken back with the others; shares are set where all targets are.
 */
export function severalPlaces({
  placesOf,
  isCounted = false,
  ...about
}: SeveralPlaces): TrafficRouter {
  const look = async (call: RouteCall, signal: AbortSignal): Answer<readonly SeenPlace[]> => {
    const places = placesOf(call);
    return places.ok ? lookAtAll(places.value, signal) : places;
  };
  return {
    ...about,
    shares: async (call, signal) => {
      const seen = await look(call, signal);
      return seen.ok ? ok(sharesInForce(call, seen.value)) : seen;
    },
    look: async (call, signal) => {
      const seen = await look(call, signal);
      return seen.ok ? ok(seenAtAll(call, seen.value)) : seen;
    },
    ...(isCounted && {
      counts: (call: RouteCall, signal: AbortSignal) => countsOf(placesOf(call), signal),
    }),
    lookAtEach: async (call, signal) => {
      const places = placesOf(call);
      return places.ok ? ok(await lookAtEach(call, places.value, signal)) : places;
    },
    setShares: async (call, asked, signal) => {
      const wanted = askedShares(call, asked);
      if (!wanted.ok) return wanted;
      const seen = await look(call, signal);
      if (!seen.ok) return seen;
      const whole = seen.value.filter(({ place }) => hasAll(place, call));
      const refused = refusedShares(call, wanted.value, whole);
      if (refused) return refused;
      return inAll(whole, ({ router, call: its }) => router.setShares(its, asked, signal));
    },
    drain: async (call, target, signal, { tell, ...options } = {}) => {
      const seen = await having(call, target, () => look(call, signal));
      if (!seen.ok) return seen;
      const tellOf = tell === undefined ? null : addedUp(tell);
      return inAll(seen.value, ({ name, router, call: its }) =>
        router.drain(its, target, signal, {
          ...options,
          ...(tellOf !== null && { tell: tellOf(name) }),
        }),
      );
    },
    ready: async (call, target, signal) => {
      const seen = await having(call, target, () => look(call, signal));
      if (!seen.ok) return seen;
      const those = seen.value.filter(({ place }) => call.leave?.includes(place.name) !== true);
      return inAll(those, ({ router, call: its }) => router.ready(its, target, signal));
    },
  };
}

/** What all places have counted of each target. */
async function countsOf(
  places: Result<readonly RouterPlace[], RouterFailure>,
  signal: AbortSignal,
): Answer<Readonly<Record<string, number>>> {
  if (!places.ok) return places;
  const sums: Record<string, number> = {};
  const none: Result<Readonly<Record<string, number>>, never> = ok({});
  const answers = await Promise.all(
    places.value.map(async ({ router, call }) => (await router.counts?.(call, signal)) ?? none),
  );
  for (const answer of answers) {
    if (!answer.ok) return answer;
    for (const [id, count] of Object.entries(answer.value)) sums[id] = (sums[id] ?? 0) + count;
  }
  return ok(sums);
}

/** Tells what is left at all places, each time one of them has counted. */
function addedUp(tell: TellDrain): (place: string) => TellDrain {
  const counts = new Map<string, number>();
  return (place) =>
    ({ left, of }) => {
      counts.set(place, left);
      tell({ left: [...counts.values()].reduce((sum, one) => sum + one, 0), of });
    };
}

/** The places that have this target. */
async function having(
  call: RouteCall,
  target: TargetId,
  look: () => Answer<readonly SeenPlace[]>,
): Answer<readonly SeenPlace[]> {
  const known = targetOf(call, target);
  if (!known.ok) return known;
  const seen = await look();
  return seen.ok ? ok(seen.value.filter(({ seen: its }) => its[target] !== undefined)) : seen;
}

/** What one of the places would refuse is not begun at any. */
function refusedShares(
  call: RouteCall,
  wanted: readonly number[],
  whole: readonly SeenPlace[],
): Result<never, RouterFailure> | null {
  if (whole.length === 0) {
    const message = `no backend has all targets of ${call.environment}/${call.service}`;
    return failed('router/rejected', `${message}: no share can be set between several`);
  }
  for (const { place, seen } of whole) {
    const refused = nobodyServes(call, wanted, (nth) => isOut(seen[call.targets[nth]?.id ?? '']));
    if (refused !== null && !refused.ok) return at(place, refused.error);
  }
  return null;
}

const isOut = (seen: SeenTarget | undefined): boolean => seen?.inRotation !== true || seen.heldOut;

/** Waits for the end at all places, also where one fails: nothing of the call goes on behind its answer. */
async function inAll(
  places: readonly SeenPlace[],
  change: (place: RouterPlace) => Answer<Evidence>,
): Answer<Evidence> {
  const answers = await Promise.all(
    places.map(async ({ place }) => ({ place, answer: await change(place) })),
  );
  const shown: Evidence[] = [];
  for (const { place, answer } of answers) {
    if (!answer.ok) return at(place, answer.error);
    shown.push(answer.value);
  }
  return ok({ ...joinedEvidence(shown), places: shown.length });
}

/** The smallest that any place gives each target, as parts of all that is given: 0 for one that is drained anywhere. */
function sharesInForce(call: RouteCall, places: readonly SeenPlace[]): TrafficShares {
  const seen = seenAtAll(call, places);
  const least = call.targets.map(({ id }) => {
    const its = seen[id];
    return its === undefined || isOut(its) ? 0 : its.share;
  });
  return named(call, sharesOf(least));
}
