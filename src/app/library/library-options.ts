import type { FlagFunction } from '../../adapters/functions/function-flags.js';
import type { CheckFunction } from '../../adapters/functions/function-probe.js';
import type { RouteFunction } from '../../adapters/functions/function-router.js';
import type { MetricFunction } from '../../adapters/functions/function-source.js';
import type { SwitchFunction } from '../../adapters/functions/switch-router.js';
import type { DeployFunction } from '../../adapters/drivers/deploy-fn.driver.js';
import type { CheckInput } from '../../adapters/probes/probe-registry.js';
import type { AnalysisSchema } from '../../contracts/config/analysis.schema.js';
import type { DriverSchema } from '../../contracts/config/driver.schema.js';
import type { FlagStoreSchema } from '../../contracts/config/flag-store.schema.js';
import type { LimitSchema } from '../../contracts/config/limit.schema.js';
import type { MetricSourceSchema } from '../../contracts/config/metric-source.schema.js';
import type { NetworkSchema } from '../../contracts/config/network.schema.js';
import type { PolicySchema } from '../../contracts/config/policy.schema.js';
import type { RouterSchema } from '../../contracts/config/router.schema.js';
import type { StrategySchema } from '../../contracts/strategy/strategy.schema.js';
import type { Written } from '../../contracts/values/written.js';
import type { HealthChecker } from '../../domain/health/health-checker.js';
import type { FlagStore } from '../../domain/ports/flag-store.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import type { Log } from '../../domain/ports/log.js';
import type { MetricSource } from '../../domain/ports/metric-source.js';
import type { TargetDriver } from '../../domain/ports/target-driver.js';
import type { TrafficRouter } from '../../domain/ports/traffic-router.js';
import type { TargetOptions } from './target-options.js';

/** A strategy as a configuration says it. Durations are milliseconds, or such as `"30s"`. */
export type StrategyOptions = Written<typeof StrategySchema>;

/** A policy as a configuration says it; every field has a default. */
export type PolicyOptions = Written<typeof PolicySchema>;

/** How the library deploys. Everything holds for all services, unless it is keyed by service. */
export interface LibraryOptions {
  /** Puts a version on a target: a function `(target, version) => …`, one as a configuration says it, or any driver. */
  readonly driver: DeployFunction | Written<typeof DriverSchema> | TargetDriver;
  /** How a version is rolled out where a deployment says nothing else. Default: rolling, one target after the other. */
  readonly strategy?: StrategyOptions | undefined;
  /** The targets of each service, by `service` or `environment/service`. */
  readonly targets?: Readonly<Record<string, TargetOptions>> | undefined;
  /** What must be well after each step and in the end. Without any, verification is optimistic: healthy. */
  readonly checks?:
    HealthChecker | readonly (HealthProbe | CheckInput | CheckFunction)[] | undefined;
  /** Moves the traffic: any router, one as a configuration says it, or a function that is told the shares. */
  readonly router?: TrafficRouter | Written<typeof RouterSchema> | RouteFunction | undefined;
  /** In place of a router: switches all traffic of a service to a version at once, for blue-green. */
  readonly switchFn?: SwitchFunction | undefined;
  /** Sets feature flags: any store, `flagd_file` as a configuration says it, or a function. Default: in memory. */
  readonly flags?: FlagStore | Written<typeof FlagStoreSchema> | FlagFunction | undefined;
  /** What analyses ask, by name: any source, one as a configuration says it, or a function. */
  readonly metricSources?:
    | Readonly<Record<string, MetricSource | Written<typeof MetricSourceSchema> | MetricFunction>>
    | undefined;
  /** What is measured of a new version, by the name that strategies give. */
  readonly analyses?: Readonly<Record<string, Written<typeof AnalysisSchema>>> | undefined;
  readonly policy?: PolicyOptions | undefined;
  /** How many deployments may be under way at once, in an environment or of services with a label. */
  readonly limits?: readonly Written<typeof LimitSchema>[] | undefined;
  /** The labels of each service, by `service` or `environment/service`. */
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** Where checks and metric sources may connect to. */
  readonly network?: Written<typeof NetworkSchema> | undefined;
  /** Silent where not given. */
  readonly log?: Log | undefined;
}
