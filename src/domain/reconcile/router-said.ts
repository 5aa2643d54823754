import type { RouterSaid } from '../model/deployment/target-event.js';
import { sure, type TargetStatus, widened } from '../model/target-status.js';
import type { SeenAtPlace, SeenTarget } from '../ports/traffic-router.js';
import { sameShare } from './carried-shares.js';
import { leftAt, missedBy, placesBehind } from './missed-by.js';

interface Told {
  /** `null` where the router has one place only. */
  readonly place: string | null;
  readonly seen: Omit<SeenAtPlace, 'up'>;
  readonly heldOut: TargetStatus['heldOut'];
}

/**
 * What a router says of a target, with whose hand it was. What its places say of
 * rotation is asked of those where nobody else holds the target out.
 *
 * @param ours whether a drain may be ours though no call of ours is known
 */
export function saidOf(status: TargetStatus, seen: SeenTarget, ours: boolean): RouterSaid {
  const told: Told[] = placesOf(seen).map(([place, found]) => {
    const its = asOurs(status, found, place);
    const heldOut = its.heldOut ? 'maintenance' : drainedBy(status, place, its, ours);
    return { place, seen: its, heldOut };
  });
  const held = told.filter(({ heldOut }) => heldOut !== null);
  const free = told.filter(({ heldOut }) => heldOut === null);
  const asked = free.length > 0 ? free : held;
  const rotation = asked.every(({ seen: { inRotation } }) => inRotation);
  const answers = told.map((one) => ({
    inRotation: asked.includes(one) ? one.seen.inRotation : rotation,
    share: one.seen.share,
  }));
  const [first = { inRotation: rotation, share: seen.share }, ...also] = distinct(answers);
  const kinds = held.map(({ heldOut }) => heldOut);
  return {
    ...first,
    heldOut: kinds.includes('maintenance') ? 'maintenance' : (kinds[0] ?? null),
    ...(held.length > 0 && free.length > 0 && { heldOutAt: namesOf(held) }),
    ...(also.length > 0 && { also }),
    ...(seen.away !== undefined && { away: seen.away }),
  };
}

const placesOf = ({
  at,
  ...worst
}: SeenTarget): readonly (readonly [Told['place'], Told['seen']])[] =>
  at === undefined ? [[null, worst]] : Object.entries(at);

/**
 * What we have closed looks like maintenance of somebody else's; drained besides, the
 * drain is ours and the maintenance is not, and stays theirs.
 */
function asOurs(status: TargetStatus, seen: Told['seen'], place: Told['place']): Told['seen'] {
  const ours = status.closed !== undefined || leftAt(status, place) === 'closed';
  const isTheirs = status.heldOut === 'maintenance' || !seen.inRotation;
  return ours && seen.heldOut && !isTheirs ? { ...seen, inRotation: false, heldOut: false } : seen;
}

/** A drain that nobody of us asked for is somebody else's. */
function drainedBy(
  status: TargetStatus,
  place: string | null,
  seen: Told['seen'],
  ours: boolean,
): 'drained' | null {
  const { heldOut, heldOutAt, inRotation } = status;
  // What it was left with when it went away, it has missed to be given back.
  if (seen.inRotation || leftAt(status, place) !== null) return null;
  const before = place === null || (heldOutAt?.includes(place) ?? true);
  const others = (heldOut === 'drained' && before) || (sure(inRotation) === true && !ours);
  return others ? 'drained' : null;
}

type Answer = Pick<RouterSaid, 'inRotation' | 'share'>;

function distinct(answers: readonly Answer[]): readonly Answer[] {
  const found: Answer[] = [];
  for (const one of answers) if (!found.some((other) => isSame(one, other))) found.push(one);
  return found;
}

const isSame = (a: Answer, b: Answer): boolean =>
  a.inRotation === b.inRotation && sameShare(a.share, b.share);

const namesOf = (held: readonly Told[]): readonly string[] =>
  held.map(({ place }) => place).filter((place) => place !== null);

/** A target once its router has said this. What the router's places do not agree about may be either. */
export function asSeen(status: TargetStatus, said: RouterSaid, isRemoved: boolean): TargetStatus {
  const { heldOutAt: _, capacity: _its, missedBy: _behind, ...was } = status;
  const behind = missedBy(status, said);
  const counts = was.left !== true && !isRemoved;
  // What left has no share among those that are configured: only whether it has any counts.
  const weightOf = (share: number): number | null => (counts || share === 0 ? share : null);
  const also = said.also ?? [];
  return {
    ...was,
    inRotation: widened([said.inRotation], ...also.map(({ inRotation }) => inRotation)),
    weight: widened([weightOf(said.share)], ...also.map(({ share }) => weightOf(share))),
    heldOut: said.heldOut,
    ...(said.heldOutAt && { heldOutAt: said.heldOutAt }),
    ...(said.capacity !== undefined && { capacity: said.capacity }),
    ...(behind.length > 0 && { missedBy: behind }),
    ...(isRemoved && { left: true }),
  };
}

/** Whether what a router says is not on record yet. */
export function isNews(status: TargetStatus, said: RouterSaid): boolean {
  const answers = [said, ...(said.also ?? [])];
  const sameHands =
    status.heldOut === said.heldOut &&
    (status.heldOutAt ?? []).join('\n') === (said.heldOutAt ?? []).join('\n');
  const isResized = status.left !== true && status.capacity !== said.capacity;
  const isBehind = placesBehind(status).join('\n') !== namesBehind(status, said);
  if (!sameHands || isResized || isBehind || !areNear(status, answers)) return true;
  const rotations = answers.map(({ inRotation }) => inRotation);
  if (rotations.includes(true) && rotations.includes(false)) return status.inRotation.length === 1;
  // What is not sure whether it serves is admitted again: only that makes it sure.
  return said.inRotation ? sure(status.inRotation) === false : sure(status.inRotation) !== false;
}

const namesBehind = (status: TargetStatus, said: RouterSaid): string =>
  missedBy(status, said)
    .map(({ place }) => place)
    .join('\n');

function areNear({ weight, left }: TargetStatus, answers: readonly Answer[]): boolean {
  if (left === true) return (sure(weight) !== 0) === answers.some(({ share }) => share > 0);
  return (
    weight.every((one) => one !== null && answers.some(({ share }) => sameShare(one, share))) &&
    answers.every(({ share }) => weight.some((one) => one !== null && sameShare(one, share)))
  );
}
