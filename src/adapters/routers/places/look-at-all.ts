import type {
  PlaceLook,
  RouterFailure,
  SeenAtPlace,
  SeenTarget,
  SeenTargets,
  RouteCall,
} from '../../../domain/ports/traffic-router.js';
import type { TargetId } from '../../../domain/model/ids.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { failed } from '../base/router-failure.js';
import { balancerOf, balancersOf, hasAll, type RouterPlace } from './router-place.js';

/** A place that answered. */
export interface SeenPlace {
  readonly place: RouterPlace;
  readonly seen: SeenTargets;
}

type Answer<T> = Promise<Result<T, RouterFailure>>;

/** Who answered, and the names of the places that it goes on without. */
export interface SeenPlaces {
  readonly present: readonly SeenPlace[];
  readonly away: readonly string[];
}

/** How many balancers have to answer, and whether any of the others may be away or only these. */
export interface Quorum {
  readonly least: number;
  readonly without: readonly string[] | 'any';
}

/**
 * Asks every place what it sees; a failure where too few balancers answer, or one that
 * is not to be gone on without, or where a place has something against it.
 */
export async function lookAtAll(
  places: readonly RouterPlace[],
  { least, without }: Quorum,
  signal: AbortSignal,
): Answer<SeenPlaces> {
  const answers = await askEach(places, signal);
  const seen: SeenPlace[] = [];
  const silent: { readonly place: RouterPlace; readonly why: string }[] = [];
  for (const { place, answer } of answers) {
    if (answer.ok) seen.push({ place, seen: answer.value });
    else if (!isAway(answer.error)) return at(place, answer.error);
    else silent.push({ place, why: messageOf(place, answer.error) });
  }
  const gone = new Set(silent.map(({ place }) => balancerOf(place)));
  const present = seen.filter(({ place }) => !gone.has(balancerOf(place)));
  const away = places.filter((place) => gone.has(balancerOf(place))).map(({ name }) => name);
  if (away.length === 0) return ok({ present, away });
  const asked = balancersOf(places);
  const unexpected =
    without !== 'any' && silent.some(({ place: { name } }) => !without.includes(name));
  if (asked - gone.size >= least && !unexpected) return ok({ present, away });
  const many = `${silent.length} of ${places.length} places of the router can't be asked`;
  const needed = least < asked ? `, and ${least} of ${asked} must answer` : '';
  const why = silent.map((each) => each.why).join('; ');
  return failed('router/unreachable', `${many}${needed}: ${why}`);
}

const askEach = (places: readonly RouterPlace[], signal: AbortSignal) =>
  Promise.all(
    places.map(async (place) => ({ place, answer: await place.router.look(place.call, signal) })),
  );

/** What each place sees, or why it does not answer. */
export async function lookAtEach(
  call: RouteCall,
  places: readonly RouterPlace[],
  signal: AbortSignal,
): Promise<readonly PlaceLook[]> {
  const answers = await askEach(places, signal);
  const present = answers.flatMap(({ place, answer }) =>
    answer.ok ? [{ place, seen: answer.value }] : [],
  );
  const all = seenAtAll(call, { present, away: [] });
  return answers.map(({ place, answer }) => {
    if (!answer.ok) return { place: place.name, answer: at(place, answer.error) };
    const its = call.targets.flatMap(({ id }) => {
      const seen = all[id]?.at?.[place.name];
      return seen === undefined ? [] : [[id, seen] as const];
    });
    return { place: place.name, answer: ok(Object.fromEntries(its)) };
  });
}

/** The place itself does not answer: it says nothing against what was asked. */
export const isAway = ({ code }: RouterFailure): boolean =>
  code === 'router/unreachable' || code === 'router/timeout';

/** A failure with the place's name. */
export const at = (place: RouterPlace, error: RouterFailure): Result<never, RouterFailure> =>
  failed(error.code, messageOf(place, error), error.transient);

const messageOf = ({ name }: RouterPlace, { code, message }: RouterFailure): string =>
  code === 'router/aborted' || message.includes(name) ? message : `${name}: ${message}`;

/** What all places together say of each target, in the call's order. */
export function seenAtAll(call: RouteCall, { present, away }: SeenPlaces): SeenTargets {
  const whole = present.filter(({ place }) => hasAll(place, call));
  return Object.fromEntries(
    call.targets.map(({ id }) => {
      // Among the targets of one colour a share says nothing of all of the traffic.
      const shareOf = (here: SeenPlace): number =>
        whole.includes(here) ? (here.seen[id]?.share ?? 0) : shareIn(whole, call, id);
      const said = present.flatMap((here): readonly (readonly [string, SeenAtPlace])[] => {
        const its = here.seen[id];
        if (its === undefined) return [];
        return [[here.place.name, { ...its, up: its.up === true, share: shareOf(here) }]];
      });
      return [id, { ...worstOf(said), ...(away.length > 0 && { away }) }];
    }),
  );
}

/** As the first place with all targets has it; where there is none, all count as equals. */
const shareIn = ([first]: readonly SeenPlace[], { targets }: RouteCall, id: TargetId): number =>
  first === undefined ? 1 / targets.length : (first.seen[id]?.share ?? 0);

function worstOf(said: readonly (readonly [string, SeenAtPlace])[]): SeenTarget {
  const each = said.map(([, its]) => its);
  const ups = new Set(each.map(({ up }) => up));
  // Their files should say the same; where they don't, the first counts.
  const [capacity] = each.flatMap((its) => its.capacity ?? []);
  return {
    inRotation: each.every(({ inRotation }) => inRotation),
    share: Math.min(...each.map(({ share }) => share)),
    up: ups.size > 1 ? null : ups.has(true),
    heldOut: each.some(({ heldOut }) => heldOut),
    ...(capacity !== undefined && { capacity }),
    at: Object.fromEntries(said),
  };
}
