import type { CheckSpec } from '../../contracts/config/check.schema.js';
import type { Config } from '../../contracts/config/config.schema.js';
import type { DriverSpec } from '../../contracts/config/driver.schema.js';
import type { FlagStoreSpec } from '../../contracts/config/flag-store.schema.js';
import type { RouterSpec } from '../../contracts/config/router.schema.js';
import type { AnalysisSpec } from '../../domain/model/plan/analysis-spec.js';
import { didYouMean } from '../../contracts/problems/near-miss.js';
import { unknownEnvironment } from '../../contracts/problems/unknown-environment.js';
import { type ServiceRef, serviceKey } from '../../domain/model/ids.js';
import type { Policy } from '../../domain/model/plan/policy.js';
import type { Target } from '../../domain/model/target.js';
import { ok, type Result } from '../../domain/model/result.js';
import { environmentOf, environmentsOf, type EnvironmentSettings } from './environments-of.js';
import { impossible, type PlanRefusal } from '../../domain/strategies/parts/strategy.js';
import type { StrategySpec } from '../../domain/model/plan/strategy-spec.js';

type ServiceConfig = Config['services'][string];

/** What holds for one service in one environment. */
export interface ServiceSettings {
  readonly driver: DriverSpec;
  readonly targets: readonly Target[];
  readonly strategy: StrategySpec;
  readonly checks: readonly CheckSpec[];
  readonly policy: Policy;
  /** `null`: nothing moves its traffic. */
  readonly router: RouterSpec | null;
  readonly flags: FlagStoreSpec | undefined;
  readonly analyses: readonly AnalysisSpec[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What a trusted publisher may bring along. */
export interface BroughtAlong {
  readonly driver?: DriverSpec | undefined;
  readonly checks?: readonly CheckSpec[] | undefined;
}

export function settingsFor(
  config: Config,
  ref: ServiceRef,
  trusted: BroughtAlong = {},
): Result<ServiceSettings, PlanRefusal> {
  const service = own(config.services, ref.service) ?? own(config.services, '*');
  if (service === undefined) {
    const known = Object.keys(config.services);
    const meant = didYouMean(ref.service, known);
    return impossible(
      'service',
      `unknown service ${serviceKey(ref)}${meant}: configured are ${known.join(', ') || 'none'}`,
    );
  }
  const here = environmentOf(service, ref.environment);
  if (here === null) {
    const known = Object.keys(environmentsOf(service));
    return impossible('environment', unknownEnvironment(ref, known));
  }
  const settings = effectiveSettings(service, here, trusted);
  return settings === null
    ? impossible('driver', `no driver is configured for ${serviceKey(ref)}`)
    : ok(settings);
}

/** What a service's configuration comes to in an environment; `null` where it has no driver. */
export function effectiveSettings(
  service: ServiceConfig,
  here: EnvironmentSettings,
  trusted: BroughtAlong = {},
): ServiceSettings | null {
  const driver = trusted.driver ?? here.driver ?? service.driver;
  if (driver === undefined) return null;
  const strategy = here.strategy ?? service.strategy ?? { kind: 'rolling' };
  return {
    driver,
    targets: here.targets ?? service.targets ?? [],
    strategy,
    checks: trusted.checks ?? here.checks ?? service.checks ?? [],
    policy: { ...service.policy, ...withoutUndefined(here.policy ?? {}) },
    router: here.router ?? service.router ?? null,
    flags: here.flags ?? service.flags,
    analyses: named({ ...service.analyses, ...here.analyses }),
    labels: { ...service.labels, ...here.labels },
  };
}

/** A service may well be named `constructor`: only what was written down counts. */
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const named = (analyses: Readonly<Record<string, Omit<AnalysisSpec, 'name'>>>): AnalysisSpec[] =>
  Object.entries(analyses).map(([name, analysis]) => ({ name, ...analysis }));

function withoutUndefined(policy: object): Partial<Policy> {
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined));
}
