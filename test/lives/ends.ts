import type { Deployment, Step } from './core-under-test.js';
import type { Declared } from './declared.js';
import type { FaultKind } from './judge.js';
import { placeOf } from './names.js';
import type { Places } from './places.js';

/** As near as shares come that are sums of fractions. */
const NEAR = 0.01;

interface Wrong {
  readonly kind: FaultKind;
  readonly target: string;
  readonly said: string;
}

interface Its {
  readonly since: number;
  readonly steps: readonly Step[];
  /** Those that left the configuration, and that nothing was done to. */
  readonly left: readonly string[];
  /** The targets of its plan. */
  readonly planned: readonly string[];
  /** Those of its plan that left the configuration. */
  readonly removed: readonly string[];
}

/**
 * What is not as declared, by the places alone. What a call broke, or a check
 * spoke against, may be left out of service, but not more of it than the steps
 * tolerate; where the world moved since, nothing is said of the traffic.
 */
export function wrongAtEnd(
  places: Places,
  declared: Declared,
  { since, steps, left, planned, removed }: Its,
): readonly Wrong[] {
  const targets = [...new Set([...places.targets, ...declared.version.keys()])];
  const givenUp = targets.filter((id) => isGivenUp(places, declared, id));
  const missed = givenUp.filter((id) => {
    const { version, bad } = places.at(id);
    return bad || version !== (declared.version.get(id) ?? null);
  });
  // Of what it does not deploy to, others left what is there.
  const named = new Set<string>(
    steps.flatMap((step) => ('targets' in step && step.kind !== 'close' ? step.targets : [])),
  );
  const toClose = new Set<string>(
    steps.flatMap((step) => (step.kind === 'close' ? step.targets : [])),
  );
  const tolerated = toleratedIn(steps, givenUp, missed);
  // Whatever name it had: what left, and has no other name now, is left as it is.
  const kept = new Set(planned.map(placeOf));
  const leftAt = new Set(left.map(placeOf).filter((place) => !kept.has(place)));
  // Of what is configured nowhere any more, and was gone before, nothing is asked.
  const asked = new Set([...planned, ...removed].map(placeOf));
  // It is put back with what the router gives it: the shares are those of the configured ones.
  const shared = (id: string): boolean => kept.has(placeOf(id));
  // Where all that were to have the traffic failed within the tolerance, it stays where it is, and that open.
  const heirs = [...declared.share].flatMap(([id, share]) => (share > 0 ? [id] : []));
  const isInherited = !heirs.every((id) => tolerated.has(id));
  const calm =
    !places.changing &&
    givenUp.length === 0 &&
    [...declared.share.keys()].every(shared) &&
    targets.every((id) => !isMoved(places, id, since));
  if (places.routed && calm && planned.every((id) => places.at(id).share === 0)) {
    const said = 'none of the configured targets has any traffic';
    return [{ kind: 'end: share', target: planned.join(), said }];
  }
  return targets.flatMap((id): readonly Wrong[] => {
    // What failed within an earlier one's tolerance was never declared.
    if (!declared.version.has(id) || left.includes(id) || leftAt.has(placeOf(id))) return [];
    if (!asked.has(placeOf(id))) return [];
    if (tolerated.has(id) || (steps.length > 0 && !named.has(id))) return [];
    const runs = places.at(id).version;
    const version = declared.version.get(id) ?? null;
    // What could not be taken away is left, and said to be.
    if (version === null && places.doubted.has(placeOf(id))) return [];
    if (runs !== version) {
      const said = `${id} runs ${runs}, and was to run ${version}`;
      return [{ kind: 'end: version', target: id, said }];
    }
    if (!places.routed || version === null || isMoved(places, id, since)) return [];
    if (toClose.has(id) && isInherited && isLeftOpen(places, id)) {
      return [{ kind: 'end: rotation', target: id, said: `${id} is left open` }];
    }
    return wronglyRouted(places, declared, id, calm, shared(id));
  });
}

function wronglyRouted(
  places: Places,
  declared: Declared,
  target: string,
  calm: boolean,
  shared: boolean,
): readonly Wrong[] {
  const { drained, closed, share, unrouted } = places.at(target);
  if (unrouted) return [];
  const isMeantOut = (declared.share.get(target) ?? 0) === 0;
  if (closed && !isMeantOut)
    return [{ kind: 'end: rotation', target, said: `${target} is left closed` }];
  if (drained && !closed)
    return [{ kind: 'end: rotation', target, said: `${target} is left drained` }];
  if (!shared) return [];
  const meant = declared.share.get(target) ?? 0;
  const wrong = calm ? Math.abs(share - meant) > NEAR : meant > 0 && share === 0;
  const said = `${target} has the share ${share.toFixed(3)}, and was to have ${meant.toFixed(3)}`;
  return wrong ? [{ kind: 'end: share', target, said }] : [];
}

function isGivenUp(places: Places, declared: Declared, id: string): boolean {
  const { version, bad } = places.at(id);
  const meant = declared.version.get(id) ?? null;
  return bad || places.doubted.has(placeOf(id)) || (version === null && meant !== null);
}

/** As many of those that were given up as the steps allow to fail. */
function toleratedIn(
  steps: readonly Step[],
  givenUp: readonly string[],
  missed: readonly string[],
): ReadonlySet<string> {
  const tolerated = new Set<string>();
  // What others left where it does not deploy to is no failure of its.
  const all = new Set<string>(
    steps.flatMap((step) => (step.kind === 'deploy' ? step.targets : [])),
  );
  for (const step of steps) {
    if (step.kind !== 'deploy') continue;
    const { failures, of } = step.tolerance;
    const own = new Set<string>(step.targets);
    const isCounted = (id: string): boolean => (of === 'plan' ? all : own).has(id);
    if (missed.filter(isCounted).length > failures) continue;
    for (const id of givenUp.filter(isCounted)) tolerated.add(id);
  }
  return tolerated;
}

const isLeftOpen = (places: Places, id: string): boolean =>
  !places.at(id).closed && !places.at(id).unrouted;

/** A person holds it out, its process is dead, or the world moved there since. */
function isMoved(places: Places, id: string, since: number): boolean {
  const { heldOut, alive } = places.at(id);
  return heldOut || !alive || places.movedSince(id, since);
}

/** When the world's moves began to count for its end. */
export const beganAt = ({ startedAt, createdAt }: Deployment): number => startedAt ?? createdAt;
