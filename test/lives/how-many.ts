/** How much is lived: in lives, or until so many deployments have ended. */
export interface HowMany {
  readonly lives: number;
  readonly deployments: number;
}

const FEW = 400;
const FULL_DEPLOYMENTS = 100_000;

/** SIGNALBOX_LIVES: a number of lives, or `full` for 100,000 deployments; a few where it is not set. */
export function howMany(said = process.env['SIGNALBOX_LIVES']): HowMany {
  if (said === 'full') {
    return { lives: Number.POSITIVE_INFINITY, deployments: FULL_DEPLOYMENTS };
  }
  const lives = Number(said ?? FEW);
  if (!Number.isInteger(lives) || lives < 1) {
    throw new TypeError(`SIGNALBOX_LIVES is ${said}: expected a number of lives, or full`);
  }
  return { lives, deployments: Number.POSITIVE_INFINITY };
}

/** SIGNALBOX_SEED repeats a run; life after life, each has a seed of its own, one more than the one before. */
export const firstSeed = (said = process.env['SIGNALBOX_SEED']): number =>
  said === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(said);
