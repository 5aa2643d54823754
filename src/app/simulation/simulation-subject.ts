import { z } from 'zod';
import { ConfiguredServices } from '../../adapters/config/configured-services.js';
import { settingsFor } from '../../adapters/config/service-settings.js';
import { MemoryFlagStore } from '../../adapters/memory/memory-flags.js';
import { createProbe } from '../../adapters/probes/probe-registry.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { type Config, ConfigSchema } from '../../contracts/config/config.schema.js';
import { EnvironmentNameSchema, ServiceNameSchema } from '../../contracts/values/schemas.js';
import {
  type SimulationSpec,
  SimulationSpecSchema,
  UNNAMED,
} from '../../contracts/simulation/simulation.schema.js';
import type { SimulationRefusal } from '../../contracts/views/simulation-view.js';
import type { ServiceRef, Version } from '../../domain/model/ids.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import type { ServiceCatalog } from '../../domain/manager/service-catalog.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import { DEFAULT_STATE_DIR } from '../process/state-dir.js';

/** What a simulation deploys, whether a small spec or a whole configuration says so. */
export interface SimulationSubject extends ServiceRef {
  readonly version: Version;
  readonly previousVersion: Version | null;
  readonly catalog: ServiceCatalog;
  /** Simulated under the names, weights and thresholds that they have. */
  readonly probes: readonly HealthProbe[];
  /** The metric sources that there are; `null`: any that is asked for. */
  readonly sources: ReadonlySet<string> | null;
  readonly freezes: SimulationSpec['freezes'];
}

/** Whom it is about, where that is not the spec's to say. */
export interface SimulatedService {
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
}

type Subject = Result<SimulationSubject, SimulationRefusal>;

export function subjectOf(spec: unknown, wanted: SimulatedService): Subject {
  try {
    const whole = typeof spec === 'object' && spec !== null && 'services' in spec;
    return whole ? fromConfig(spec, wanted) : fromSpec(spec, wanted);
  } catch (error) {
    // Drivers, routers and checks that can't work throw this.
    if (error instanceof TypeError) return err({ path: 'spec', message: error.message });
    throw error;
  }
}

function fromSpec(given: unknown, wanted: SimulatedService): Subject {
  const named = typeof given === 'object' ? { ...given, ...definedIn(wanted) } : given;
  const parsed = SimulationSpecSchema.safeParse(named);
  if (!parsed.success) return err(refusalOf(parsed.error, 'spec'));
  const spec = parsed.data;
  const { service, environment, freezes } = spec;
  const probes = spec.checks.map((check) => createProbe(check));
  return ok({
    ...{ service, environment, freezes, probes, sources: null },
    version: spec.version ?? UNNAMED.next,
    previousVersion: spec.previousVersion === undefined ? UNNAMED.previous : spec.previousVersion,
    catalog: {
      resolve: (ref, version, overrides) => ok(planInput(spec, probes, ref, version, overrides)),
    },
  });
}

function planInput(
  spec: SimulationSpec,
  probes: readonly HealthProbe[],
  ref: ServiceRef,
  version: Version,
  overrides: Parameters<ServiceCatalog['resolve']>[2],
) {
  const { timeout, fences, removes } = spec.driver;
  return {
    ...{ ref, version, policy: spec.policy, labels: spec.labels },
    strategy: overrides.strategy ?? spec.strategy,
    targets: overrides.targets ?? spec.targets,
    ...(overrides.targets === undefined && { configured: spec.targets }),
    checks: probes.map(({ name, kind, critical }) => ({ name, kind, critical })),
    analyses: Object.entries(spec.analyses).map(([name, analysis]) => ({ name, ...analysis })),
    router: spec.router ? 'simulated' : null,
    flags: spec.flags ? 'simulated' : null,
    driver: { kind: 'simulated', fences, removes },
    driverTimeoutMs: timeout,
  };
}

/** Plans come from the very code that workers plan with; only what carries them out is simulated. */
function fromConfig(given: unknown, wanted: SimulatedService): Subject {
  const parsed = ConfigSchema.safeParse(given);
  if (!parsed.success) return err(refusalOf(parsed.error, 'spec'));
  const config = parsed.data;
  const ref = refIn(config, wanted);
  if (!ref.ok) return ref;
  const settings = settingsFor(config, ref.value);
  if (!settings.ok) return settings;
  return ok({
    ...ref.value,
    version: UNNAMED.next,
    previousVersion: UNNAMED.previous,
    catalog: new ConfiguredServices(config, {
      clock: systemClock,
      stateDir: DEFAULT_STATE_DIR,
      workerId: 'simulation',
      flagStore: (flags) => (flags?.kind === 'none' ? null : new MemoryFlagStore()),
    }),
    probes: settings.value.checks.map((check) => createProbe(check)),
    sources: new Set(Object.keys(config.metricSources)),
    freezes: [],
  });
}

function refIn(config: Config, wanted: SimulatedService): Result<ServiceRef, SimulationRefusal> {
  const names = Object.keys(config.services).filter((name) => name !== '*');
  const [only] = names;
  const name = wanted.service ?? (names.length === 1 ? only : undefined);
  if (name === undefined) {
    const known = names.join(', ') || 'none by name';
    return err({ path: 'service', message: `expected one of the configured ones: ${known}` });
  }
  const service = ServiceNameSchema.safeParse(name);
  if (!service.success) return err(refusalOf(service.error, 'service'));
  const environment = EnvironmentNameSchema.safeParse(wanted.environment);
  if (!environment.success) return err(refusalOf(environment.error, 'environment'));
  return ok({ service: service.data, environment: environment.data });
}

const definedIn = (wanted: SimulatedService): Partial<SimulatedService> =>
  Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));

/** The first thing that is wrong; the whole where that is no part of it. */
export function refusalOf({ issues: [issue] }: z.ZodError, whole: string): SimulationRefusal {
  const path = issue?.path.join('.') ?? '';
  return { path: path === '' ? whole : path, message: issue?.message ?? 'not valid' };
}
