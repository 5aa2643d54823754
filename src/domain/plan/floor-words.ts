import { capacitiesIn, type Deployment, floorIn } from '../model/deployment/deployment.js';
import { capacityWords } from '../strategies/parts/narrowing-words.js';

/** What must go on serving, in the words of three sentences; by capacity, where targets differ in size. */
interface FloorWords {
  /** `2`, or `a capacity of 4` */
  readonly least: string;
  /** `fewer than 2 targets` */
  readonly less: string;
  /** `fewer than the 2` */
  readonly lessThanThe: string;
}

export function floorWords(deployment: Pick<Deployment, 'plan' | 'progress'>): FloorWords {
  const floor = floorIn(deployment);
  if (capacitiesIn(deployment) === undefined) {
    const less = `fewer than ${floor} targets`;
    return { least: String(floor), less, lessThanThe: `fewer than the ${floor}` };
  }
  const least = capacityWords(floor);
  const lessThanThe = `less than the ${least.replace('a ', '')}`;
  return { least, less: `less than ${least}`, lessThanThe };
}
