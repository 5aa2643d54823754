import type { TargetId } from '../ids.js';
import type { Amount } from './amount.js';
import type { CapacitySettings } from './capacity-settings.js';
import type { FlagSetting } from './flag-setting.js';

/** A plan whose steps are given directly. */
export interface StepsSpec extends CapacitySettings {
  readonly kind: 'steps';
  readonly steps: readonly StepSpec[];
  /** Some targets, or some traffic, may be left with the old version. Default: that is refused. */
  readonly partial?: boolean | undefined;
}

/** A step as its user writes it: the plan's own step, with targets by id or by word. */
export type StepSpec =
  | { readonly kind: 'deploy'; readonly targets: Batch }
  /** Default: what was deployed since the last check. */
  | { readonly kind: 'check'; readonly targets?: Group | undefined }
  | { readonly kind: 'wait'; readonly for: number }
  | ShiftSpec
  | { readonly kind: 'set_flag'; readonly flag?: FlagSetting | undefined; readonly percent: number }
  | {
      readonly kind: 'gate';
      readonly name: string;
      readonly timeout?: number | undefined;
      readonly onTimeout?: 'promote' | 'abort' | undefined;
    }
  | {
      readonly kind: 'analyze';
      readonly analysis: string;
      readonly mode?: 'inline' | 'background' | undefined;
    }
  /** Default: what was not deployed to. */
  | { readonly kind: 'retire'; readonly targets?: Group | undefined };

export interface ShiftSpec {
  readonly kind: 'shift';
  /** Default `deployed`. */
  readonly to?: Group | undefined;
  /** Default: those of the service that are not in `to`; with colours, those of the live one. */
  readonly from?: Group | undefined;
  /** 0 to 100. */
  readonly percent: number;
}

/**
 * `rest`: all that were not deployed to before; `deployed`: all that were;
 * `live` and `idle`: the two colours, as they are when the deployment begins.
 */
export type Group = readonly TargetId[] | 'all' | 'rest' | 'deployed' | 'live' | 'idle';

/** An amount takes that many of the `rest`, in the plan's order; a percentage is of all targets, rounded up. */
export type Batch = Group | Amount;
