import type { Config } from '../../contracts/config/config.schema.js';
import { CheckSchema, type CheckSpec } from '../../contracts/config/check.schema.js';
import { DriverSchema, type DriverSpec } from '../../contracts/config/driver.schema.js';
import { fingerprintIn } from '../../domain/fleet/knowledge.js';
import type { RouterSpec } from '../../contracts/config/router.schema.js';
import { HealthChecker } from '../../domain/health/health-checker.js';
import { type ServiceRef, serviceKey, type Version } from '../../domain/model/ids.js';
import type { ServiceRuntime } from '../../domain/orchestrator/orchestrator-ports.js';
import type { PlanInput } from '../../domain/plan/compile/compile-plan.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { TrustedSettings } from '../../domain/model/plan/deployment-plan.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import type { PlanOverrides, ServiceCatalog } from '../../domain/manager/service-catalog.js';
import { windowsOf } from '../../domain/model/plan/window.js';
import { limitsOf } from '../../domain/model/plan/limits.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import { impossible, type PlanRefusal } from '../../domain/strategies/parts/strategy.js';
import { type ConfigKnowledge, knowledgeOf } from './config-knowledge.js';
import { ConfiguredRuntime, type RuntimeSurroundings } from './configured-runtime.js';
import type { MissingSecret } from './missing-secrets.js';
import { type BroughtAlong, settingsFor } from './service-settings.js';

/** Services as configured: what requests are planned with, and what carries plans out. */
export class ConfiguredServices implements ServiceCatalog {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #runtime: ConfiguredRuntime;
  /** What the worker tells the others that it knows. */
  readonly described: ConfigKnowledge;

  /**
   * @param missing secrets that are not here: what needs one of them is others' to carry out
   * @throws TypeError when a driver, router or check of the configuration can't work
   */
  constructor(
    config: Config,
    surroundings: RuntimeSurroundings,
    missing: readonly MissingSecret[] = [],
  ) {
    this.#config = config;
    this.described = knowledgeOf(config, missing);
    this.#clock = surroundings.clock;
    this.#runtime = new ConfiguredRuntime(config, surroundings);
    for (const service of Object.values(config.services)) {
      for (const { driver, checks, router } of [service, ...Object.values(service.environments)]) {
        if (driver) this.#runtime.driver(driver);
        if (router) this.#runtime.router(router);
        checks?.map(this.#runtime.probe);
      }
    }
  }

  resolve(
    ref: ServiceRef,
    version: Version,
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
    const driver = this.#runtime.driver(settings.driver);
    const router = this.#runtime.router(settings.router);
    const { labels } = settings;
    const fingerprint = fingerprintIn(this.described.knowledge, ref);
    const shared = windowsOf(this.#config.windows, { environment: ref.environment, labels });
    return ok({
      ref,
      version,
      strategy: strategy ?? settings.strategy,
      targets: chosen,
      // A request that names its own says nothing of the others.
      ...(targets === undefined && { configured: chosen }),
      checks: settings.checks.map(this.#runtime.probe).map(summaryOf),
      analyses: settings.analyses,
      router: router?.kind ?? null,
      routerTimeoutMs: router?.timeoutMs ?? 0,
      persistentGraceMs: router?.persistentGraceMs ?? null,
      flags: this.#runtime.flags(settings.flags, ref.environment)?.kind ?? null,
      limits: limitsOf(this.#config.limits, { environment: ref.environment, labels }),
      labels,
      driver: { kind: driver.kind, fences: driver.fences, removes: driver.removes },
      driverTimeoutMs: driver.timeoutMs,
      policy: { ...settings.policy, windows: [...settings.policy.windows, ...shared] },
      trusted: trusted ?? null,
      ...(fingerprint !== null && { configuration: fingerprint }),
    });
  }

  /** Whether a service's router goes on without balancers that are away, which are brought up later; undefined: none does. */
  get catchesUp(): ((ref: ServiceRef) => boolean) | undefined {
    const { services } = this.#config;
    const all = Object.values(services).flatMap((its) => [its, ...Object.values(its.environments)]);
    if (!all.some(({ router }) => hasQuorum(router))) return undefined;
    return (ref) => {
      const found = settingsFor(this.#config, ref);
      return found.ok && hasQuorum(found.value.router);
    };
  }

  /** What carries a deployment out here and now: the configuration may have changed since it was planned. */
  runtimeOf = ({ service, environment, plan }: Deployment): Result<ServiceRuntime, string> => {
    const trusted = this.#config.trustPublishers ? broughtAlong(plan.trusted) : {};
    const found = settingsFor(this.#config, { service, environment }, trusted);
    if (!found.ok) return err(`${found.error.path}: ${found.error.message}`);
    const { driver, checks, router, flags } = found.value;
    const checker =
      checks.length === 0 ? null : new HealthChecker(this.#clock, checks.map(this.#runtime.probe));
    return ok({
      driver: this.#runtime.driver(driver),
      checker,
      router: this.#runtime.router(router),
      flags: this.#runtime.flags(flags, environment),
      metrics: this.#runtime.metrics,
    });
  };
}

const hasQuorum = (router: RouterSpec | null | undefined): boolean =>
  router != null && router.kind !== 'none' && router.quorum !== undefined;

const summaryOf = ({ name, kind, critical }: HealthProbe) => ({ name, kind, critical });

/** Checked again: what was stored may have been written by another version of us. */
function broughtAlong(trusted: TrustedSettings | null): BroughtAlong {
  const driver: DriverSpec | undefined =
    trusted?.['driver'] === undefined ? undefined : DriverSchema.parse(trusted['driver']);
  const checks: CheckSpec[] | undefined =
    trusted?.['checks'] === undefined ? undefined : CheckSchema.array().parse(trusted['checks']);
  return { driver, checks };
}
