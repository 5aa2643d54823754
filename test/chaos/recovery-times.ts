import type { Note } from './notes.js';
import type { Death } from './worker-pool.js';

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Recovery {
  readonly deployment: string;
  readonly diedAt: number;
  /** From the death of the worker that had it in hand until another took it up. */
  readonly ms: number;
}

/**
 * How long each piece of work lay still that a worker had in hand when it died.
 *
 * @param heldUp says whether nobody was to go on with that deployment in that time
 */
export function recoveries(
  notes: readonly Note[],
  kills: readonly Death[],
  heldUp: (deployment: string, span: Span) => boolean,
): readonly Recovery[] {
  const deaths = [
    ...kills,
    ...notes.filter(({ type }) => type === 'dies').map(({ pid, at }) => ({ pid, at })),
  ];
  const ordered = notes.toSorted((a, b) => a.at - b.at);
  return deaths.flatMap(({ pid, at }) =>
    inHand(ordered, pid, at).flatMap((deployment) => {
      const next = ordered.find(
        (note) => note.type === 'claimed' && note.deployment === deployment && note.at > at,
      );
      const span = next && { from: at, to: next.at };
      if (!span || heldUp(deployment, span)) return [];
      return [{ deployment, diedAt: at, ms: span.to - at }];
    }),
  );
}

/** What this process had claimed and not let go of by then. */
function inHand(notes: readonly Note[], pid: number, at: number): readonly string[] {
  const held = new Set<string>();
  for (const note of notes) {
    if (note.pid !== pid || note.at > at || note.deployment === null) continue;
    if (note.type === 'claimed') held.add(note.deployment);
    else held.delete(note.deployment);
  }
  return [...held];
}

/** The smallest value that so large a share of all does not exceed; `null` of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
