import type { TargetId } from '../ids.js';
import type { OnForeignChange } from './flag-setting.js';

/** The unit of progress and of checkpoint. */
export type Step =
  | DeployStep
  | CheckStep
  | WaitStep
  | ShiftStep
  | SetFlagStep
  | GateStep
  | AnalyzeStep
  | MeasureStep
  | CloseStep
  | RetireStep;

export type StepKind = Step['kind'];

/** Some targets; never none. */
export type TargetGroup = readonly [TargetId, ...TargetId[]];

/** Put the version on these targets, all at once. */
export interface DeployStep {
  readonly kind: 'deploy';
  readonly targets: TargetGroup;
  readonly tolerance: Tolerance;
}

/** Run the service's checks against these targets; a target that is not healthy has failed. */
export interface CheckStep {
  readonly kind: 'check';
  readonly targets: TargetGroup;
  readonly tolerance: Tolerance;
}

/** Let time pass, holding no worker. */
export interface WaitStep {
  readonly kind: 'wait';
  readonly ms: number;
}

/**
 * Give `percent` of the service's traffic to `to`, in equal parts, and the rest
 * to `from`. Targets of the service that neither names get none.
 */
export interface ShiftStep {
  readonly kind: 'shift';
  readonly to: TargetGroup;
  /** Empty only where `to` gets everything. */
  readonly from: readonly TargetId[];
  /** 0 to 100. */
  readonly percent: number;
}

/** Let this share of the users see what the flag guards. */
export interface SetFlagStep {
  readonly kind: 'set_flag';
  readonly flag: string;
  /** 0 to 100. */
  readonly percent: number;
  /** Where somebody else has changed it; `pause` where nothing is said. */
  readonly onForeignChange?: OnForeignChange;
  /** Also where it is at more: users who have it lose it. */
  readonly restart?: true;
}

/** Go on only when a person promotes; holds no worker. */
export interface GateStep {
  readonly kind: 'gate';
  readonly name: string;
  /** Milliseconds until `onTimeout` happens by itself; `null` waits for ever. Does not run while paused. */
  readonly timeout: number | null;
  readonly onTimeout: 'promote' | 'abort';
}

/** Judge what the metrics say of the new version. */
export interface AnalyzeStep {
  readonly kind: 'analyze';
  /** Names one of the plan's analyses. */
  readonly analysis: string;
  /** `inline` goes on only after its verdict; `background` measures from here to the `measure` step that wants its verdict. */
  readonly mode: 'inline' | 'background';
  /** The targets that run the new version by then, and those beside them that run the old one. */
  readonly targets: readonly TargetId[];
  readonly baseline: readonly TargetId[];
}

/** Wait for analyses in the background; holds no worker. Strategies add it themselves. */
export interface MeasureStep {
  readonly kind: 'measure';
  readonly analyses: readonly [string, ...string[]];
  /** `rounds`: until each has measured as many rounds as it is to have. `verdict`: and judge them, at the end. */
  readonly until: 'rounds' | 'verdict';
}

/** Send these targets nobody at all: also not clients that the router keeps there by cookie or table. */
export interface CloseStep {
  readonly kind: 'close';
  readonly targets: TargetGroup;
}

/** Take what the old version leaves behind off these targets: from here on, going back means deploying again. */
export interface RetireStep {
  readonly kind: 'retire';
  readonly targets: TargetGroup;
}

/** How many targets may fail before the deployment does: counted over this step's targets, or over the whole plan's. */
export interface Tolerance {
  readonly failures: number;
  readonly of: 'step' | 'plan';
}
