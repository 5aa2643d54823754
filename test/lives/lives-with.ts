import { type Planted, ran, withPlanted } from './plant.js';
import type { PlantedFault } from './planted-faults.js';

export interface Planting {
  readonly lives: number;
  readonly seed: number;
  /** Two balancers stand before each service. */
  readonly pair?: true;
}

export interface Found {
  /** In how many lives anything was wrong, counted up to 250. */
  readonly faulty: number;
  /** What the lives said of themselves. */
  readonly report: string;
}

/**
 * Lives up to so many lives on a copy of the source with the fault in it, and
 * stops at the first in which it is seen.
 *
 * @throws where the text is not there exactly once, or nothing could be lived
 */
export async function livesWith(
  fault: Planted & Pick<PlantedFault, 'kind'>,
  { lives, seed, pair }: Planting,
): Promise<Found> {
  const args = [
    'node_modules/tsx/dist/cli.mjs',
    'test/lives/main.ts',
    fault.kind,
    ...(pair ? ['pair'] : []),
  ];
  const env = { SIGNALBOX_LIVES: String(lives), SIGNALBOX_SEED: String(seed) };
  const { code, out, errors } = await withPlanted(fault, (copy) => ran(copy, args, env));
  // What it says at its end shows that it came there: a source that does not run has not been judged.
  if (code !== null && out.endsWith('}\n')) return { faulty: code, report: out };
  throw new Error(`no lives were lived (${code}): ${errors.slice(-2_000)}`);
}
