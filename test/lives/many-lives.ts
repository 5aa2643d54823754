import { drawShape } from './draw-shape.js';
import type { HowMany } from './how-many.js';
import type { FaultKind } from './judge.js';
import { live, type Life } from './live.js';
import type { Shape } from './shape.js';

/** What so many lives came to. */
export interface Lived {
  readonly seed: number;
  lives: number;
  deployments: number;
  /** Plans that could not be carried out, and were refused. */
  refused: number;
  deaths: number;
  /** Completed, and back on a named version. */
  wentBack: number;
  /** Lives in which anything was wrong. */
  faulty: number;
  /** By how they ended. */
  readonly ends: Record<string, number>;
  /** In how many lives each kind of fault was, and the first of them. */
  readonly kinds: Partial<Record<FaultKind, { lives: number; seed: number; said: string }>>;
  /** The first life in which anything was wrong. */
  first: Life | null;
}

/**
 * @param stopsAt ends it with this life
 * @param shapeOf what is lived with a seed
 */
export async function liveMany(
  { lives, deployments }: HowMany,
  seed: number,
  stopsAt: (life: Life) => boolean = () => false,
  shapeOf: (seed: number) => Shape = drawShape,
): Promise<Lived> {
  const lived: Lived = {
    ...{ seed, lives: 0, deployments: 0, refused: 0, deaths: 0, wentBack: 0, faulty: 0 },
    ...{ ends: {}, kinds: {}, first: null },
  };
  while (lived.lives < lives && lived.deployments < deployments) {
    const life = await live(shapeOf(seed + lived.lives));
    add(lived, life);
    if (!stopsAt(life)) continue;
    lived.first = life;
    break;
  }
  return lived;
}

function add(lived: Lived, life: Life): void {
  lived.lives += 1;
  lived.deployments += life.ends.length;
  lived.refused += life.refused;
  lived.deaths += life.deaths;
  lived.wentBack += life.wentBack;
  for (const end of life.ends) lived.ends[end] = (lived.ends[end] ?? 0) + 1;
  if (life.faults.length === 0) return;
  lived.faulty += 1;
  lived.first ??= life;
  const { seed } = life.shape;
  const seen = new Set<FaultKind>();
  for (const { kind, said } of life.faults) {
    if (seen.has(kind)) continue;
    seen.add(kind);
    const known = lived.kinds[kind] ?? { lives: 0, seed, said };
    lived.kinds[kind] = { ...known, lives: known.lives + 1 };
  }
}

/** A life as somebody reads it who wants to know what went wrong: how to repeat it, what it was, and what happened. */
export function toldOf(life: Life, kind = life.faults[0]?.kind): string {
  const { shape, faults, story } = life;
  const fault = faults.find((each) => each.kind === kind);
  return [
    `SIGNALBOX_SEED=${shape.seed} SIGNALBOX_LIVES=1 repeats a life of which this is left:`,
    JSON.stringify(shape),
    ...story.slice(0, fault?.line),
    fault === undefined ? 'nothing was wrong' : `${fault.kind}: ${fault.said}`,
  ].join('\n');
}
