import type { Config } from '../../contracts/config/config.schema.js';
import { CheckSchema, type CheckSpec } from '../../contracts/config/check.schema.js';
import { DriverSchema, type DriverSpec } from '../../contracts/config/driver.schema.js';
import { HealthChecker } from '../../domain/health/health-checker.js';
import { type ServiceRef, serviceKey, type Version } from '../../domain/ids.js';
import type { ServiceRuntime } from '../../domain/orchestrator/orchestrator-ports.js';
import type { PlanInput } from '../../domain/plan/compile-plan.js';
import type { Deployment } from '../../domain/plan/deployment.js';
import type { TrustedSettings } from '../../domain/plan/deployment-plan.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import type { PlanOverrides, ServiceCatalog } from '../../domain/ports/service-catalog.js';
import type { TargetDriver } from '../../domain/ports/target-driver.js';
import { err, ok, type Result } from '../../domain/result.js';
import { impossible, type PlanRefusal } from '../../domain/strategies/strategy.js';
import { createDriver } from '../drivers/driver-registry.js';
import { createProbe } from '../probes/probe-registry.js';
import { type BroughtAlong, settingsFor } from './service-settings.js';

export interface ConfiguredServicesOptions {
  readonly clock: Clock;
  /** Where drivers keep what must survive the worker. */
  readonly stateDir: string;
  /** The worker that calls the drivers: they tell its calls from those of others. */
  readonly workerId: string;
}

/** Services as configured: what requests are planned with, and what carries plans out. */
export class ConfiguredServices implements ServiceCatalog {
  readonly #config: Config;
  readonly #options: ConfiguredServicesOptions;
  readonly #drivers = new Map<DriverSpec, TargetDriver>();

  /** @throws TypeError when a driver or check of the configuration can't work */
  constructor(config: Config, options: ConfiguredServicesOptions) {
    this.#config = config;
    this.#options = options;
    for (const service of Object.values(config.services)) {
      for (const { driver, checks } of [service, ...Object.values(service.environments)]) {
        if (driver) this.#driver(driver);
        checks?.map(createProbe);
      }
    }
  }

  resolve(
    ref: ServiceRef,
    _version: Version,
    { strategy, targets, trusted }: PlanOverrides,
  ): Result<PlanInput, PlanRefusal> {
    if (trusted !== undefined && !this.#config.trustPublishers) {
      const path = Object.keys(trusted).toSorted().at(-1) ?? 'driver';
      return impossible(path, 'not taken from a job: this worker does not trust its publishers');
    }
    const found = settingsFor(this.#config, ref, broughtAlong(trusted ?? null));
    if (!found.ok) return found;
    const settings = found.value;
    const chosen = targets ?? settings.targets;
    if (chosen.length === 0) {
      return impossible('targets', `no targets are configured for ${serviceKey(ref)}`);
    }
    const driver = this.#driver(settings.driver);
    return ok({
      version: _version,
      strategy: strategy ?? settings.strategy,
      targets: chosen,
      checks: settings.checks.map(createProbe).map(summaryOf),
      driver: { kind: driver.kind, fences: driver.fences, removes: driver.removes },
      driverTimeoutMs: driver.timeoutMs,
      policy: settings.policy,
      trusted: trusted ?? null,
    });
  }

  /** What carries a deployment out here and now: the configuration may have changed since it was planned. */
  runtimeOf = ({ service, environment, plan }: Deployment): Result<ServiceRuntime, string> => {
    const trusted = this.#config.trustPublishers ? broughtAlong(plan.trusted) : {};
    const found = settingsFor(this.#config, { service, environment }, trusted);
    if (!found.ok) return err(`${found.error.path}: ${found.error.message}`);
    const { driver, checks } = found.value;
    const checker =
      checks.length === 0 ? null : new HealthChecker(this.#options.clock, checks.map(createProbe));
    return ok({ driver: this.#driver(driver), checker });
  };

  #driver(spec: DriverSpec): TargetDriver {
    const known = this.#drivers.get(spec);
    if (known) return known;
    const driver = createDriver(spec, this.#options);
    this.#drivers.set(spec, driver);
    return driver;
  }
}

const summaryOf = ({ name, kind, critical }: HealthProbe) => ({ name, kind, critical });

/** Checked again: what was stored may have been written by another version of us. */
function broughtAlong(trusted: TrustedSettings | null): BroughtAlong {
  const driver: DriverSpec | undefined =
    trusted?.['driver'] === undefined ? undefined : DriverSchema.parse(trusted['driver']);
  const checks: CheckSpec[] | undefined =
    trusted?.['checks'] === undefined ? undefined : CheckSchema.array().parse(trusted['checks']);
  return { driver, checks };
}
