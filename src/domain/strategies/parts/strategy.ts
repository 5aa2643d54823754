import type { Capacities } from '../../model/traffic/capacities.js';
import type { ServiceRef, Version } from '../../model/ids.js';
import type { FlagStanding } from '../../model/plan/flag-standing.js';
import type { Step, TargetGroup } from '../../model/plan/step.js';
import { err, type Result } from '../../model/result.js';
import type { Colours } from './colours.js';

/** What a strategy is given besides its own spec. */
export interface StrategyInput {
  /** `null`: nothing may be named after it. */
  readonly ref: ServiceRef | null;
  readonly version: Version;
  /** In the order in which they are to be taken. */
  readonly targets: TargetGroup;
  /** What each target can carry; not said where all can carry the same. */
  readonly capacities?: Capacities | undefined;
  /** Whether the service has checks: without any, no `check` steps. */
  readonly checked: boolean;
  /** `null` where the targets are not marked as those of two colours. */
  readonly colours: Colours | null;
  /** Whether the service has a router: without one, traffic can't be moved. */
  readonly routed: boolean;
  /** Whether the service has a flag store. */
  readonly flagged: boolean;
  /** What the flags are at that it may set, where they show anything to anybody. */
  readonly flagsAt?: readonly FlagStanding[];
  /** It is a rollback: it takes nothing from anybody that it does not have to. */
  readonly goesBack?: boolean;
  /** Whether the driver can take a version away. */
  readonly removes: boolean;
  /** The analyses there are, by name. */
  readonly analyses: readonly string[];
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
