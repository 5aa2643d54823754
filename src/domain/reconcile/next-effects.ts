/**
 * What to do next on the way from what is to what should be: forwards,
 * backwards, in a retry, in a takeover and after a crash alike. Pure; asked once
 * for each wave.
 *
 * First what adds capacity: what is well and drained goes back into rotation.
 * Then the traffic is weighed, where the floor holds whether that comes about or
 * not. Then what does not run what it should is drained and called: what serves
 * nobody first, and of what serves only as many as the floor allows.
 */
import type { TargetId } from '../model/ids.js';
import { type Capacities, capacityOf, reaches, together } from '../model/traffic/capacities.js';
import { carriedShares, hasShare } from './carried-shares.js';
import { isTooEarly } from './too-early.js';
import type { Desired, Effect, Limits, Next } from './effect.js';
import { withPartsFor } from './lent-shares.js';
import { capacity, type ServiceStatus, statusOf } from '../model/service-status.js';
import {
  isOfferedTraffic,
  isSeenUp,
  isWell,
  mayServe,
  shouldServe,
  surelyServes,
  wouldServe,
} from '../model/serving.js';
import { isHeldOut, sure, type TargetStatus } from '../model/target-status.js';
import { shareOf, type TrafficShares } from '../model/traffic-shares.js';

type Service = Pick<ServiceStatus, 'targets'>;

export function nextEffects(service: Service, desired: Desired, limits: Limits): Next {
  const admitted = limits.routed ? admissions(service, desired, limits) : [];
  if (admitted.length > 0) return { kind: 'effects', effects: admitted };
  const weighed = limits.routed ? weighing(service, desired, limits) : 'as_desired';
  if (typeof weighed === 'object') return { kind: 'effects', effects: [weighed] };
  const { effects, until, blocked } = calls(service, desired, limits);
  if (effects.length > 0) return { kind: 'effects', effects };
  if (until !== null) return { kind: 'wait', until };
  if (blocked.length === 0 && weighed === 'as_desired') {
    const closing = limits.routed ? closings(service, desired) : [];
    return closing.length > 0 ? { kind: 'effects', effects: closing } : { kind: 'done' };
  }
  // What the world alone is in the way of may still come about.
  const ours = (blocked.length === 0 || isOurs(service, blocked, limits)) && weighed !== 'floor';
  return { kind: 'floor', ours };
}

/** What somebody else holds out is left so. */
function admissions(service: Service, desired: Desired, limits: Limits): readonly Effect[] {
  const { floor, capacities, turnOf } = limits;
  const effects: Effect[] = [];
  const short = !reaches(capacity(service, capacities), floor);
  for (const [target, status] of service.targets) {
    if (isHeldOut(status) || sure(status.inRotation) === true || !isWell(status)) continue;
    if (desired.closed.has(target) || isAboutToGo(service, target, desired, limits)) continue;
    // What is given up is left with what it has.
    const named = desired.versions.has(target) && turnOf(target) !== 'given_up';
    const done = named ? desired.isDone(target, status) : desired.isDeclared(target, status);
    // What waits for its check serves nobody yet, however short of targets we are.
    const helps = short && status.left !== true && wouldServe(status);
    const wanted = named && done ? desired.admits : done || helps;
    if (wanted) effects.push({ kind: 'admit', target });
  }
  return effects;
}

/** Whoever is at its place under another name is called next: it was drained for that. */
function isAboutToGo(
  service: Service,
  target: TargetId,
  { versions, isDone }: Desired,
  { mateOf, turnOf }: Limits,
): boolean {
  const mate = mateOf?.(target);
  if (mate === undefined || !versions.has(mate) || turnOf(mate) === 'given_up') return false;
  return !isDone(mate, statusOf(service, mate));
}

/** What others hold out is shut already; what may serve is never closed. */
const closings = ({ targets }: Service, { closed }: Desired): readonly Effect[] =>
  [...closed].flatMap((target): readonly Effect[] => {
    const status = statusOf({ targets }, target);
    const isShut = status.closed === true && sure(status.inRotation) === false && !status.drain;
    const isLeft = status.heldOut !== null || status.left === true || mayServe(status);
    return isShut || isLeft ? [] : [{ kind: 'close', target }];
  });

type Weighing = Extract<Effect, { kind: 'weigh' }> | 'as_desired' | 'floor' | 'our_floor';

/** The traffic as desired: what to do for it, or that the floor is in the way. */
function weighing(service: Service, desired: Desired, limits: Limits): Weighing {
  const { floor, capacities } = limits;
  const shares = carriedShares(service, desired, limits);
  if (shares === null) return carriedElsewhere(service, desired);
  let [differs, costs, gains, after, well] = [false, false, false, 0, 0];
  for (const [id, status] of service.targets) {
    // The shares are those of the configured targets.
    if (status.left === true) continue;
    const share = shareOf(shares, id);
    if (!hasShare(status, share)) differs = true;
    if (share === 0) costs ||= mayServe(status);
    else if (surelyServes(status)) after += capacityOf(capacities, id);
    else gains ||= lacksShare(status);
    if (share > 0 && isWell(status) && isOfferedTraffic(status)) {
      well += capacityOf(capacities, id);
    }
  }
  if (!differs) return 'as_desired';
  // The intent comes first: who has no share yet serves only once the router has answered.
  const holds = reaches(after, floor) || (reaches(after, capacity(service, capacities)) && !costs);
  if (holds && !isTooEarly(service, desired, limits)) return { kind: 'weigh', shares };
  // So whoever is to get a share gets it before anybody loses theirs.
  if (gains) return { kind: 'weigh', shares: withoutLosses(service, shares, capacities) };
  return reaches(well, floor) ? 'floor' : 'our_floor';
}

/** Nobody can carry what is desired now: where others still have the traffic, it has not moved. */
function carriedElsewhere({ targets }: Service, { shares, moves }: Desired): Weighing {
  if (shares === null || !moves) return 'as_desired';
  let [isElsewhere, isMeant, isAwaited] = [false, false, false];
  for (const [id, status] of targets) {
    if (status.left === true) continue;
    if (shareOf(shares, id) === 0) isElsewhere ||= mayServe(status);
    else {
      isMeant = true;
      isAwaited ||= isWell(status) && isOfferedTraffic(status);
    }
  }
  if (!isElsewhere || !isMeant) return 'as_desired';
  return isAwaited ? 'floor' : 'our_floor';
}

/** Nothing but a share keeps it from serving. */
const lacksShare = (status: TargetStatus): boolean =>
  isSeenUp(status) && isWell(status) && sure(status.inRotation) === true;

/** These shares, and for now a part for all that may serve and are to have none. */
function withoutLosses(
  { targets }: Service,
  shares: TrafficShares,
  capacities: Capacities | undefined,
): TrafficShares {
  const losing = [...targets].flatMap(([id, status]) =>
    status.left !== true && shareOf(shares, id) === 0 && mayServe(status) ? [id] : [],
  );
  return withPartsFor(losing, shares, { targets }, capacities);
}

interface Calls {
  readonly effects: readonly Effect[];
  /** When the first of those that wait is tried again. */
  readonly until: number | null;
  /** Those that could go on, were it not for the floor. */
  readonly blocked: readonly TargetId[];
}

function calls(service: Service, desired: Desired, limits: Limits): Calls {
  const free: Effect[] = [];
  const costly: TargetId[] = [];
  let until: number | null = null;
  for (const [target, version] of desired.versions) {
    const status = statusOf(service, target);
    if (desired.isDone(target, status)) continue;
    const turn = limits.turnOf(target);
    if (turn === 'given_up') continue;
    if (turn !== 'now') {
      until = Math.min(until ?? turn.notBefore, turn.notBefore);
      continue;
    }
    const there = placeAt(service, target, limits);
    const undrained = limits.routed ? there.filter(([, its]) => isDrainable(its)) : [];
    if (there.some(([, its]) => mayServe(its))) costly.push(target);
    else if (undrained.length > 0) free.push(...undrained.map(([id]) => drainFor(target, id)));
    else free.push({ kind: 'apply', target, version });
    // Without a router nobody looks between the waves: what serves nobody still comes first.
    const enough = limits.routed ? free.length : free.length + costly.length;
    if (enough >= limits.width) break;
  }
  // Where no floor is set, what comes back is waited for before anything that serves is taken.
  const awaited = until !== null && limits.floor === 0;
  if (free.length > 0 || costly.length === 0 || awaited) {
    return { effects: free, until, blocked: [] };
  }
  const effects: Effect[] = [];
  const { capacities } = limits;
  let left = capacity(service, capacities);
  let taken = 0;
  for (const target of costly) {
    if (taken === limits.width) break;
    const there = placeAt(service, target, limits);
    const gone = there.filter(([, its]) => surelyServes(its)).map(([id]) => id);
    const after = left - together(capacities, gone);
    if (!reaches(after, limits.floor)) {
      // A smaller one behind it may do.
      if (capacities !== undefined) continue;
      break;
    }
    left = after;
    taken += 1;
    const version = desired.versions.get(target) ?? null;
    const serving = there.filter(([, its]) => mayServe(its));
    if (limits.routed) effects.push(...serving.map(([id]) => drainFor(target, id)));
    else effects.push({ kind: 'apply', target, version });
  }
  return { effects, until, blocked: effects.length === 0 ? costly : [] };
}

type At = readonly [TargetId, TargetStatus];

const drainFor = (called: TargetId, target: TargetId): Effect =>
  called === target ? { kind: 'drain', target } : { kind: 'drain', target, before: called };

/** The target, and whoever is at the same place under another name. */
function placeAt(service: Service, target: TargetId, { mateOf }: Limits): readonly At[] {
  const mate = mateOf?.(target);
  const ids = mate === undefined ? [target] : [target, mate];
  return ids.map((id) => [id, statusOf(service, id)]);
}

/**
 * Nobody else keeps it out, and the router may still send it something, or whoever drained it
 * broke off: what it was sent then may not have ended.
 */
const isDrainable = (status: TargetStatus): boolean =>
  !isHeldOut(status) && (sure(status.inRotation) !== false || status.drain !== undefined);

/** Whether too few would serve without any of these also if everybody were up whom the world has broken. */
function isOurs(
  service: Service,
  blocked: readonly TargetId[],
  { floor, capacities }: Limits,
): boolean {
  let well = 0;
  for (const [id, status] of service.targets) {
    if (shouldServe(status)) well += capacityOf(capacities, id);
  }
  // The least that taking one of them out would cost.
  const costs = blocked.map((id) =>
    shouldServe(statusOf(service, id)) ? capacityOf(capacities, id) : 0,
  );
  return !reaches(well - Math.min(...costs), floor);
}
