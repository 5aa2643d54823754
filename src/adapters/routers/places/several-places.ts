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
import { askedPlaces, type AskedPlaces } from './asked-places.js';
import { joinedEvidence } from './joined-evidence.js';
import {
  at,
  isAway,
  lookAtEach,
  type SeenPlace,
  type SeenPlaces,
  seenAtAll,
} from './look-at-all.js';
import { hasAll, type RouterPlace } from './router-place.js';

type Answer<T> = Promise<Result<T, RouterFailure>>;

export interface SeveralPlaces extends AskedPlaces {
  readonly kind: string;
  /** The longest a call to one place and the look before it may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly drainMs: number;
  readonly uncounted?: true;
  readonly persistentGraceMs?: number;
  /** Each place counts the requests that it gives out. */
  readonly isCounted?: boolean;
}

/**
 * Keeps several places alike, such as two balancers side by side: one router made
 * of many. All of them are asked before any is touched, and a change has come
 * about when all have it. Where it ends in mid-way, by a crash say, they differ:
 * then nothing is sure of the target, and the next pass does it again.
 *
 * With a quorum a look takes who answers, and names who does not. A change goes on
 * without those alone that the call names: what a place misses must be on record.
 *
 * A place with one colour only, which something other than weights chooses, is
 * drained and taken back with the others; shares are set where all targets are.
 */
export function severalPlaces({
  placesOf,
  isCounted = false,
  quorum,
  ...about
}: SeveralPlaces): TrafficRouter {
  const { meant, look, lookBefore } = askedPlaces({ placesOf, quorum });
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
      counts: (call: RouteCall, signal: AbortSignal) => countsOf(meant(call), signal),
    }),
    lookAtEach: async (call, signal) => {
      const places = meant(call);
      return places.ok ? ok(await lookAtEach(call, places.value, signal)) : places;
    },
    setShares: async (call, asked, signal) => {
      const wanted = askedShares(call, asked);
      if (!wanted.ok) return wanted;
      const seen = await lookBefore(call, signal);
      if (!seen.ok) return seen;
      const whole = seen.value.present.filter(({ place }) => hasAll(place, call));
      const refused = refusedShares(call, wanted.value, whole);
      if (refused) return refused;
      return inAll({ ...seen.value, present: whole }, signal, ({ router, call: its }) =>
        router.setShares(its, asked, signal),
      );
    },
    drain: async (call, target, signal, { tell, ...options } = {}) => {
      const seen = await having(call, target, () => lookBefore(call, signal));
      if (!seen.ok) return seen;
      const tellOf = tell === undefined ? null : addedUp(tell);
      return inAll(seen.value, signal, ({ name, router, call: its }) =>
        router.drain(its, target, signal, {
          ...options,
          ...(tellOf !== null && { tell: tellOf(name) }),
        }),
      );
    },
    ready: async (call, target, signal) => {
      const seen = await having(call, target, () => lookBefore(call, signal));
      if (!seen.ok) return seen;
      const left = ({ place: { name } }: SeenPlace): boolean => call.leave?.includes(name) === true;
      const present = seen.value.present.filter((one) => !left(one));
      return inAll({ ...seen.value, present }, signal, ({ router, call: its }) =>
        router.ready(its, target, signal),
      );
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
  look: () => Answer<SeenPlaces>,
): Answer<SeenPlaces> {
  const known = targetOf(call, target);
  if (!known.ok) return known;
  const seen = await look();
  if (!seen.ok) return seen;
  const present = seen.value.present.filter(({ seen: its }) => its[target] !== undefined);
  return ok({ ...seen.value, present });
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
  { present, away }: SeenPlaces,
  signal: AbortSignal,
  change: (place: RouterPlace) => Answer<Evidence>,
): Answer<Evidence> {
  const answers = await Promise.all(
    present.map(async ({ place }) => ({ place, answer: await change(place) })),
  );
  const shown: Evidence[] = [];
  for (const { place, answer } of answers) {
    if (!answer.ok) return at(place, await awayOr(place, answer.error, signal));
    shown.push(answer.value);
  }
  const without = away.length > 0 && { away: away.join(', ') };
  return ok({ ...joinedEvidence(shown), places: shown.length, ...without });
}

/** One that hangs in mid-change is away, too: nothing is said against what was asked. */
async function awayOr(
  { router, call }: RouterPlace,
  error: RouterFailure,
  signal: AbortSignal,
): Promise<RouterFailure> {
  if (error.code !== 'router/timeout' || signal.aborted) return error;
  const seen = await router.look(call, signal);
  return seen.ok || !isAway(seen.error) ? error : { ...error, code: 'router/unreachable' };
}

/** The smallest that any place gives each target, as parts of all that is given: 0 for one that is drained anywhere. */
function sharesInForce(call: RouteCall, places: SeenPlaces): TrafficShares {
  const seen = seenAtAll(call, places);
  const least = call.targets.map(({ id }) => {
    const its = seen[id];
    return its === undefined || isOut(its) ? 0 : its.share;
  });
  return named(call, sharesOf(least));
}
