import { ANYTHING, sure } from '../../src/domain/model/target-status.js';
import type { Core } from './core-under-test.js';

/** What the record says of one place and calls sure; what it leaves open is not named. */
export interface Claim {
  readonly target: string;
  readonly version?: string | null;
  readonly inRotation?: boolean;
  readonly share?: number;
  /** It is told of apart from those that the configuration names. */
  readonly left: boolean;
}

export function claimsOf({ state }: Core): readonly Claim[] {
  const [its] = state.services.values();
  if (its === undefined) return [];
  return [...its.targets].map(([target, { version: known, inRotation, weight, left, by }]) => {
    const [runs, rotates, share] = [sure(known), sure(inRotation), sure(weight)];
    return {
      target,
      left: left === true,
      // What is nobody's any more may be another's place by now.
      ...(runs !== undefined && runs !== ANYTHING && by !== null && { version: runs }),
      // Nobody looks at what is nobody's any more.
      ...(rotates !== undefined && by !== null && { inRotation: rotates }),
      // What left the configuration has no share among those that it names.
      ...(share != null && left !== true && by !== null && { share }),
    };
  });
}
