import type { CheckSpec } from '../../contracts/config/check.schema.js';
import type { Config } from '../../contracts/config/config.schema.js';
import type { DriverSpec } from '../../contracts/config/driver.schema.js';
import type { FlagStoreSpec } from '../../contracts/config/flag-store.schema.js';
import type { RouterSpec } from '../../contracts/config/router.schema.js';
import type { EnvironmentName } from '../../domain/model/ids.js';
import type { OutputLog } from '../../domain/ports/call-output.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { FlagStore } from '../../domain/ports/flag-store.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import type { MetricSource } from '../../domain/ports/metric-source.js';
import type { TargetDriver } from '../../domain/ports/target-driver.js';
import type { TrafficRouter } from '../../domain/ports/traffic-router.js';
import { createDriver } from '../drivers/driver-registry.js';
import { createNetworkGuard } from '../net/network-guard.js';
import { createMetricSource } from '../metrics/metric-source-registry.js';
import { probesWithin } from '../probes/probe-registry.js';
import { createRouter } from '../routers/router-registry.js';

export interface RuntimeSurroundings {
  readonly clock: Clock;
  /** Where drivers keep what must survive the worker. */
  readonly stateDir: string;
  /** The worker that calls the drivers: they tell its calls from those of others. */
  readonly workerId: string;
  /** Takes what driver calls write while they run. */
  readonly output?: OutputLog | undefined;
  /** The store of an environment's flags; it may need the worker's Redis. */
  readonly flagStore: (
    spec: FlagStoreSpec | undefined,
    environment: EnvironmentName,
  ) => FlagStore | null;
}

/** Drivers, routers, metric and flag stores of a configuration, each made once. */
export class ConfiguredRuntime {
  readonly #surroundings: RuntimeSurroundings;
  readonly #drivers = new Map<DriverSpec, TargetDriver>();
  readonly #routers = new Map<RouterSpec, TrafficRouter | null>();
  readonly #sources: ReadonlyMap<string, MetricSource>;

  /** @throws TypeError for a placeholder that there is not */
  readonly probe: (spec: CheckSpec) => HealthProbe;

  constructor(
    config: Pick<Config, 'metricSources' | 'network'>,
    surroundings: RuntimeSurroundings,
  ) {
    this.#surroundings = surroundings;
    const guard = createNetworkGuard(config.network);
    this.probe = probesWithin(guard);
    this.#sources = new Map(
      Object.entries(config.metricSources).map(([name, spec]) => [
        name,
        createMetricSource(spec, guard),
      ]),
    );
  }

  driver(spec: DriverSpec): TargetDriver {
    return madeOnce(this.#drivers, spec, () => createDriver(spec, this.#surroundings));
  }

  router(spec: RouterSpec | null): TrafficRouter | null {
    return spec && madeOnce(this.#routers, spec, () => createRouter(spec));
  }

  flags(spec: FlagStoreSpec | undefined, environment: EnvironmentName): FlagStore | null {
    return this.#surroundings.flagStore(spec, environment);
  }

  metrics = (name: string): MetricSource | undefined => this.#sources.get(name);
}

function madeOnce<Spec, Made>(known: Map<Spec, Made>, spec: Spec, make: () => Made): Made {
  const found = known.get(spec);
  if (found !== undefined) return found;
  const made = make();
  known.set(spec, made);
  return made;
}
