import type { Amount } from './amount.js';
import type { CapacitySettings } from './capacity-settings.js';
import type { FlagSetting } from './flag-setting.js';
import type { StepsSpec } from './step-spec.js';

/** How a caller asks for a strategy. Durations are milliseconds; a percentage of targets is `"25%"`. */
export type StrategySpec = RollingSpec | CanarySpec | BlueGreenSpec | FeatureFlagSpec | StepsSpec;
export type StrategyKind = StrategySpec['kind'];

export interface BatchSettings extends CapacitySettings {
  /** Targets taken at once; a percentage is rounded up. Default 1. */
  readonly batchSize?: Amount | undefined;
}

/** `true` is a gate with nothing said of it. */
export type GateSetting = boolean | GateSpec;

export interface GateSpec {
  /** Unlike any other of the plan. Default: `stage-1` and so on. */
  readonly name?: string | undefined;
  /** Default: none, it waits for ever. */
  readonly timeout?: number | undefined;
  /** Default `abort`. */
  readonly onTimeout?: 'promote' | 'abort' | undefined;
}

/** One of the service's analyses, used along the way. */
export interface AnalysisUse {
  readonly name: string;
  /** `inline`: after each stage but the last; `background`: from a stage on, to the end. Default inline. */
  readonly mode?: 'inline' | 'background' | undefined;
  /** The first stage it looks at, counted from 1. Default 1. */
  readonly from?: number | undefined;
}

/** What comes after a stage has done what it does: it is watched, then measured, then promoted. */
export interface StageSettings {
  readonly wait?: number | undefined;
  readonly gate?: GateSetting | undefined;
  /** Names an analysis, done inline. */
  readonly analyze?: string | undefined;
}

export interface RollingSpec extends BatchSettings {
  readonly kind: 'rolling';
  /** Between batches. Default 0. */
  readonly delay?: number | undefined;
  /** A batch must still be healthy after this long. Default 0. */
  readonly minHealthyTime?: number | undefined;
  /** Each batch is a stage. */
  readonly analysis?: AnalysisUse | undefined;
  /** A gate after the first batch. */
  readonly pauseAfterFirst?: GateSetting | undefined;
}

export interface CanarySpec {
  readonly kind: 'canary';
  /** What is reached at the end of each stage; a number is `{ targets }`, or `{ weight }` with `traffic`. Default 10, 25, 50, 100. */
  readonly stages?: readonly (number | CanaryStage)[] | undefined;
  /** Numbers are weights of the traffic; so is every canary with a `weight` in it. */
  readonly traffic?: boolean | undefined;
  readonly analysis?: AnalysisUse | undefined;
  /** How long each stage but the last is watched. Default 0. */
  readonly wait?: number | undefined;
  /** A batch whose share of targets that took the version is below this stops the deployment; 0 to 1. Default 0.95. */
  readonly successThreshold?: number | undefined;
  readonly maxUnavailable?: Amount | undefined;
}

export interface CanaryStage extends StageSettings {
  /** Percentage of the targets that have the new version; with colours, of those of the idle colour. */
  readonly targets?: number | undefined;
  /** Percentage of the traffic that they get together. */
  readonly weight?: number | undefined;
}

export interface BlueGreenSpec {
  readonly kind: 'blue_green';
  /** Targets of the idle colour taken at once; a percentage is rounded up. Default: all. */
  readonly batchSize?: Amount | undefined;
  /** Analyses, done inline, before and after the traffic moves. */
  readonly analyze?:
    { readonly before?: string | undefined; readonly after?: string | undefined } | undefined;
  /** Default: at once, by itself. */
  readonly promotion?: BlueGreenPromotion | undefined;
  /** What becomes of the old colour's version. Default `keep`: a rollback is one switch for as long as nothing else is deployed. */
  readonly retire?: 'keep' | 'remove' | undefined;
  /** How long the old colour stays before it is removed. Default 30 s. */
  readonly retireDelay?: number | undefined;
  /** How many fewer targets may have the traffic after the switch; a percentage is rounded down. Default: no limit. */
  readonly maxUnavailable?: Amount | undefined;
}

export type BlueGreenPromotion =
  | { readonly kind: 'auto'; readonly after?: number | undefined }
  | ({ readonly kind: 'gate' } & GateSpec);

export interface FeatureFlagSpec extends BatchSettings {
  readonly kind: 'feature_flag';
  readonly flag?: FlagSetting | undefined;
  /** The percentage at the end. Alone, it is set in one step. */
  readonly percentage?: number | undefined;
  /** Default 1, 10, 50, 100. */
  readonly stages?: readonly (number | FlagStage)[] | undefined;
  readonly analysis?: AnalysisUse | undefined;
  /** How long each stage but the last is watched. Default 0. */
  readonly wait?: number | undefined;
}

export interface FlagStage extends StageSettings {
  readonly percent: number;
}
