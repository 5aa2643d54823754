import type { ServiceRef, Version } from '../model/ids.js';
import type { PlanInput } from '../plan/compile/compile-plan.js';
import type { TrustedSettings } from '../model/plan/deployment-plan.js';
import type { Target } from '../model/target.js';
import type { Result } from '../model/result.js';
import type { PlanRefusal } from '../strategies/parts/strategy.js';
import type { StrategySpec } from '../model/plan/strategy-spec.js';

/** What a request may say beside service and version; the rest comes from the configuration. */
export interface PlanOverrides {
  readonly strategy?: StrategySpec | undefined;
  readonly targets?: readonly Target[] | undefined;
  /** Driver and checks, from publishers that are trusted with them. */
  readonly trusted?: TrustedSettings | undefined;
}

/** What is configured of services: turns a request into everything that a plan is made of. */
export interface ServiceCatalog {
  resolve(
    ref: ServiceRef,
    version: Version,
    overrides: PlanOverrides,
  ): Result<PlanInput, PlanRefusal>;
}
