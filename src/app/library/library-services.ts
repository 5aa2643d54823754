import { createDriver } from '../../adapters/drivers/driver-registry.js';
import { deployFn } from '../../adapters/drivers/deploy-fn.driver.js';
import { functionProbe } from '../../adapters/functions/function-probe.js';
import { functionSource } from '../../adapters/functions/function-source.js';
import { createNetworkGuard, type NetworkGuard } from '../../adapters/net/network-guard.js';
import { createMetricSource } from '../../adapters/metrics/metric-source-registry.js';
import { probesWithin } from '../../adapters/probes/probe-registry.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { AnalysisSchema } from '../../contracts/config/analysis.schema.js';
import { CheckSchema } from '../../contracts/config/check.schema.js';
import { DriverSchema } from '../../contracts/config/driver.schema.js';
import { LimitSchema } from '../../contracts/config/limit.schema.js';
import { MetricSourceSchema } from '../../contracts/config/metric-source.schema.js';
import { NetworkSchema } from '../../contracts/config/network.schema.js';
import { PolicySchema } from '../../contracts/config/policy.schema.js';
import { StrategySchema } from '../../contracts/strategy/strategy.schema.js';
import { LabelsSchema } from '../../contracts/values/labels.js';
import { HealthChecker } from '../../domain/health/health-checker.js';
import type { PlanOverrides, ServiceCatalog } from '../../domain/manager/service-catalog.js';
import { type ServiceRef, serviceKey, type Version } from '../../domain/model/ids.js';
import type { AnalysisSpec } from '../../domain/model/plan/analysis-spec.js';
import { type Limit, limitsOf } from '../../domain/model/plan/limits.js';
import type { Policy } from '../../domain/model/plan/policy.js';
import type { StrategySpec } from '../../domain/model/plan/strategy-spec.js';
import { ok, type Result } from '../../domain/model/result.js';
import type { Target } from '../../domain/model/target.js';
import type { ServiceRuntime } from '../../domain/orchestrator/orchestrator-ports.js';
import type { PlanInput } from '../../domain/plan/compile/compile-plan.js';
import type { MetricSource } from '../../domain/ports/metric-source.js';
import type { TargetDriver } from '../../domain/ports/target-driver.js';
import { impossible, type PlanRefusal } from '../../domain/strategies/parts/strategy.js';
import { DEFAULT_STATE_DIR } from '../process/state-dir.js';
import type { LibraryOptions } from './library-options.js';
import { readOption } from './read-option.js';
import { readTargets } from './target-options.js';

type Moved = Required<Pick<ServiceRuntime, 'router' | 'flags'>>;

/** What the library's options come to: what requests are planned with, and what carries plans out. */
export class LibraryServices implements ServiceCatalog {
  readonly #runtime: ServiceRuntime & Moved;
  readonly #strategy: StrategySpec;
  readonly #targets: ReadonlyMap<string, readonly Target[]>;
  readonly #labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly #analyses: readonly AnalysisSpec[];
  readonly #policy: Policy;
  readonly #limits: readonly Limit[];

  /** @throws TypeError that names the option and what was wanted */
  constructor(options: LibraryOptions, moved: Moved) {
    const { driver } = options;
    const guard = createNetworkGuard(
      options.network && readOption(NetworkSchema, options.network, 'network'),
    );
    const sources = mapped(options.metricSources, (source, path) => sourceOf(source, path, guard));
    this.#runtime = {
      ...moved,
      driver: driverOf(driver),
      checker: checkerOf(options.checks, guard),
      metrics: (name) => sources.get(name),
    };
    this.#strategy = readOption(
      StrategySchema,
      options.strategy ?? { kind: 'rolling' },
      'strategy',
    );
    this.#targets = mapped(options.targets, readTargets, 'targets');
    this.#labels = mapped(
      options.labels,
      (labels, path) => readOption(LabelsSchema, labels, path),
      'labels',
    );
    const analyses = mapped(
      options.analyses,
      (analysis, path) => readOption(AnalysisSchema, analysis, path),
      'analyses',
    );
    this.#analyses = [...analyses].map(([name, analysis]) => ({ name, ...analysis }));
    this.#policy = readOption(PolicySchema, options.policy ?? {}, 'policy');
    this.#limits = readOption(LimitSchema.array(), options.limits ?? [], 'limits');
  }

  /** The service that is meant where none is named: the only one there is. */
  get onlyService(): string | null {
    const services = new Set([...this.#targets.keys()].map((key) => key.split('/').at(-1) ?? key));
    const [only] = services;
    return services.size === 1 && only !== undefined ? only : null;
  }

  resolve(
    ref: ServiceRef,
    version: Version,
    overrides: PlanOverrides,
  ): Result<PlanInput, PlanRefusal> {
    const targets = overrides.targets ?? of(this.#targets, ref) ?? [];
    if (targets.length === 0) {
      return impossible(
        'targets',
        `no targets for ${serviceKey(ref)}: name them in the request or in the library's targets`,
      );
    }
    const strategy = overrides.strategy ?? this.#strategy;
    if (strategy.kind === 'blue_green' && targets.every(({ metadata }) => !metadata['colour'])) {
      return impossible(
        'targets',
        'blue_green needs two colours: give the targets as { blue: [...], green: [...] }',
      );
    }
    const { driver, checker, router, flags } = this.#runtime;
    const labels = of(this.#labels, ref) ?? {};
    return ok({
      ...{ ref, version, targets, labels, strategy },
      // A request that names its own says nothing of the others.
      ...(overrides.targets === undefined && { configured: targets }),
      checks: checker?.checks ?? [],
      analyses: this.#analyses,
      driver: { kind: driver.kind, fences: driver.fences, removes: driver.removes },
      driverTimeoutMs: driver.timeoutMs,
      router: router?.kind ?? null,
      routerTimeoutMs: router?.timeoutMs ?? 0,
      persistentGraceMs: router?.persistentGraceMs ?? null,
      flags: flags?.kind ?? null,
      policy: this.#policy,
      limits: limitsOf(this.#limits, { environment: ref.environment, labels }),
    });
  }

  runtimeOf = (): Result<ServiceRuntime, never> => ok(this.#runtime);
}

/** What is said of a service in one environment goes before what is said of it in all. */
const of = <T>(said: ReadonlyMap<string, T>, ref: ServiceRef): T | undefined =>
  said.get(serviceKey(ref)) ?? said.get(ref.service);

function mapped<In, Out>(
  record: Readonly<Record<string, In>> | undefined,
  read: (value: In, path: string) => Out,
  path = 'metricSources',
): ReadonlyMap<string, Out> {
  const entries = Object.entries(record ?? {});
  return new Map(entries.map(([key, value]) => [key, read(value, `${path}.${key}`)]));
}

function driverOf(driver: LibraryOptions['driver']): TargetDriver {
  if (typeof driver === 'function') return deployFn(driver);
  if ('apply' in driver) return driver;
  return createDriver(readOption(DriverSchema, driver, 'driver'), { stateDir: DEFAULT_STATE_DIR });
}

function checkerOf(
  checks: LibraryOptions['checks'] = [],
  guard: NetworkGuard,
): HealthChecker | null {
  if (checks instanceof HealthChecker) return checks;
  const probe = probesWithin(guard);
  const probes = checks.map((check, at) => {
    if (typeof check === 'function') return functionProbe(check);
    return 'observe' in check ? check : probe(readOption(CheckSchema, check, `checks.${at}`));
  });
  return probes.length === 0 ? null : new HealthChecker(systemClock, probes);
}

function sourceOf(
  source: NonNullable<LibraryOptions['metricSources']>[string],
  path: string,
  guard: NetworkGuard,
): MetricSource {
  if (typeof source === 'function') return functionSource(source);
  if ('query' in source) return source;
  return createMetricSource(readOption(MetricSourceSchema, source, path), guard);
}
