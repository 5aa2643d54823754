import type { EnvironmentName, ServiceName, Version } from '../model/ids.js';
import type { Target } from '../model/target.js';

/** What an analysis measures. */
export interface AnalysisSubject {
  readonly service: ServiceName;
  readonly environment: EnvironmentName;
  readonly version: Version;
  /** `null` at the first deployment of a service. */
  readonly previousVersion: Version | null;
  /** Those that run the new version. */
  readonly targets: readonly Target[];
  /** Those beside them that run the old one. */
  readonly baseline: readonly Target[];
  /** All users have the flags of the deployment: nobody is left who shows what it is like without them. */
  readonly everybody?: boolean;
  /** When the deployment began; nothing from before is the new version's. Epoch milliseconds. */
  readonly startedAt: number;
  /** When the previous deployment was live and judged good; epoch milliseconds. */
  readonly previousWindow: TimeWindow | null;
}

export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}
