import type { TargetId } from '../ids.js';
import type { Step } from '../plan/step.js';
import { err, type Result } from '../result.js';

/** What a strategy is given besides its own spec. */
export interface StrategyInput {
  /** In the order in which they are to be taken; at least one. */
  readonly targets: readonly [TargetId, ...TargetId[]];
  /** Whether the service has checks: without any, no `check` steps. */
  readonly checked: boolean;
}

/** A pure function from a spec to steps. It refuses at plan time what could not work. */
export type Strategy<Spec> = (
  spec: Spec,
  input: StrategyInput,
) => Result<readonly Step[], PlanRefusal>;

export interface PlanRefusal {
  readonly code: 'plan/impossible';
  /** The field at fault, as a path: `strategy.batchSize`. */
  readonly path: string;
  /** What was wanted, in one sentence. */
  readonly message: string;
}

export const impossible = (path: string, message: string): Result<never, PlanRefusal> =>
  err({ code: 'plan/impossible', path, message });
