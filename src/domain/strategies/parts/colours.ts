import type { TargetId, Version } from '../../model/ids.js';
import type { ShiftStep, TargetGroup } from '../../model/plan/step.js';
import type { Target } from '../../model/target.js';
import { runs, sure, type TargetStatuses } from '../../model/target-status.js';

/** The two halves of a service, of which one has the traffic. */
export interface Colours {
  /** Empty while nothing is known to serve. */
  readonly live: readonly TargetId[];
  readonly idle: TargetGroup;
  /** Traffic that the idle colour may still have, from a deployment that ended half-way. */
  readonly idleServes: boolean;
}

type Known = TargetStatuses;

interface Half {
  readonly ids: TargetGroup;
  readonly share: number;
  /** Targets that are known to run the active version. */
  readonly active: number;
}

/**
 * Tells the colours apart by `metadata.colour`: every target has one, and there
 * are two. Live is the one with the larger share of the traffic, else the one
 * with more of the active version, else neither.
 */
export function coloursOf(
  targets: readonly Target[],
  known: Known,
  active: Version | null,
): Colours | null {
  const byColour = new Map<string, [TargetId, ...TargetId[]]>();
  for (const { id, metadata } of targets) {
    const colour = metadata['colour'];
    if (colour === undefined) return null;
    const half = byColour.get(colour);
    if (half === undefined) byColour.set(colour, [id]);
    else half.push(id);
  }
  const [first, second, ...more] = [...byColour]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, ids]) => halfOf(ids, known, active));
  if (first === undefined || second === undefined || more.length > 0) return null;
  const firstLeads = first.share - second.share || first.active - second.active;
  const [live, idle] = firstLeads > 0 ? [first, second] : [second, first];
  const serves = live.share > 0 || live.active > 0;
  return {
    live: serves ? live.ids : [],
    idle: idle.ids,
    idleServes: serves && idle.ids.some((id) => shareOf(known, id) !== 0),
  };
}

/** What a deployment that ended half-way left with the idle colour is taken from it before it is touched. */
export function toLiveAlone({ live, idleServes }: Colours): readonly ShiftStep[] {
  const [first, ...rest] = live;
  if (first === undefined || !idleServes) return [];
  return [{ kind: 'shift', to: [first, ...rest], from: [], percent: 100 }];
}

function halfOf(ids: TargetGroup, known: Known, active: Version | null): Half {
  const seen = ids.flatMap((id) => known.get(id) ?? []);
  return {
    ids,
    share: ids.reduce((sum, id) => sum + (shareOf(known, id) ?? 0), 0),
    active: active === null ? 0 : seen.filter((status) => runs(status) === active).length,
  };
}

/** `undefined` or `null` where nobody knows. */
function shareOf(known: Known, id: TargetId): number | null | undefined {
  const status = known.get(id);
  return status && sure(status.weight);
}
