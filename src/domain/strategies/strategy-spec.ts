/** How a caller asks for a strategy. Durations are milliseconds; a percentage is `"25%"`. */
export type StrategySpec = RollingSpec | CanarySpec | BlueGreenSpec | FeatureFlagSpec;
export type StrategyKind = StrategySpec['kind'];

/** A number of targets, or a share of them. */
export type Amount = number | `${number}%`;

export interface RollingSpec {
  readonly kind: 'rolling';
  /** Targets taken at once; a percentage is rounded up. Default 1. */
  readonly batchSize?: Amount | undefined;
  /** Between batches. Default 0. */
  readonly delay?: number | undefined;
  /** A batch must still be healthy after this long. Default 0. */
  readonly minHealthyTime?: number | undefined;
  /** Targets that may be out of service at any time; a percentage is rounded down. Default: no limit beyond the batch. */
  readonly maxUnavailable?: Amount | undefined;
  /** Targets that may fail, over the whole deployment, before it stops; a percentage is rounded down. Default 0. */
  readonly failureTolerance?: Amount | undefined;
}

export interface CanarySpec {
  readonly kind: 'canary';
  /** Percentages of the targets that have the new version at the end of each stage. Default 10, 25, 50, 100. */
  readonly stages?: readonly number[] | undefined;
  /** How long each stage but the last is watched. Default 0. */
  readonly wait?: number | undefined;
  /** A stage whose share of targets that took the version is below this stops the deployment; 0 to 1. Default 0.95. */
  readonly successThreshold?: number | undefined;
}

export interface BlueGreenSpec {
  readonly kind: 'blue_green';
}

export interface FeatureFlagSpec {
  readonly kind: 'feature_flag';
}
