import type { Config } from '../../contracts/config/config.schema.js';
import { secretRef } from '../../contracts/values/secret-ref.js';
import type { Problem } from '../../contracts/problems/problems-of.js';
import { resolveSecrets } from '../net/resolve-secrets.js';
import { environmentsOf } from './environments-of.js';

type Env = Readonly<Record<string, string | undefined>>;
type Path = Problem['path'];

/** A secret that the configuration names, and that is not there; where it is named, and whom that stops. */
export interface MissingSecret extends Problem {
  /** The services that can't be carried out without it, each with its environments; `*` stands for those not named. */
  readonly stops: readonly { readonly service: string; readonly environment: string }[];
}

/**
 * Every secret that services or metric sources name by `env:NAME` or `file:/path` and that
 * can't be had here and now. No value is looked at.
 */
export async function missingSecrets(
  config: Pick<Config, 'services' | 'metricSources'>,
  env: Env,
): Promise<readonly MissingSecret[]> {
  const named = [...inServices(config.services), ...inSources(config)];
  const found = await Promise.all(named.map((each) => missingOf(each, env)));
  return found.filter((each) => each !== null);
}

interface NamedSecret extends Pick<MissingSecret, 'path' | 'stops'> {
  readonly value: string;
}

async function missingOf(
  { path, value, stops }: NamedSecret,
  env: Env,
): Promise<MissingSecret | null> {
  const answer = await resolveSecrets({ [String(path.at(-1))]: value }, env);
  return answer.ok ? null : { path, at: 'value', message: answer.error, stops };
}

/** What an environment says itself stops it alone; what the service says stops those that do not. */
function inServices(services: Config['services']): readonly NamedSecret[] {
  return Object.entries(services).flatMap(([service, own]) => {
    const places = Object.entries(environmentsOf(own));
    return (['driver', 'checks'] as const).flatMap((field) => {
      const inheriting = places.filter(([, here]) => here[field] === undefined);
      const stops = inheriting.map(([environment]) => ({ service, environment }));
      const shared = stops.length === 0 ? [] : valuesIn(own[field], ['services', service, field]);
      return [
        ...shared.map((each) => ({ ...each, stops })),
        ...Object.entries(own.environments).flatMap(([environment, here]) =>
          valuesIn(here[field], ['services', service, 'environments', environment, field]).map(
            (each) => ({ ...each, stops: [{ service, environment }] }),
          ),
        ),
      ];
    });
  });
}

function inSources({ services, metricSources }: Pick<Config, 'services' | 'metricSources'>) {
  return Object.entries(metricSources).flatMap(([source, spec]) => {
    const stops = Object.entries(services).flatMap(([service, own]) =>
      Object.entries(environmentsOf(own)).flatMap(([environment, here]) =>
        asks({ ...own.analyses, ...here.analyses }, source) ? [{ service, environment }] : [],
      ),
    );
    return secretsIn(spec, ['metricSources', source]).map((each) => ({ ...each, stops }));
  });
}

type Analyses = NonNullable<Config['services'][string]['analyses']>;

const asks = (analyses: Analyses, source: string): boolean =>
  Object.values(analyses).some(({ metrics }) => metrics.some((each) => each.source === source));

type Found = Pick<NamedSecret, 'path' | 'value'>;

/** Only variables and headers are looked up: an argument may well begin with `env:`. */
const valuesIn = (spec: unknown, path: Path): readonly Found[] =>
  inner(spec, path).flatMap(([field, value, at]) =>
    field === 'env' || field === 'headers' ? secretsIn(value, at) : valuesIn(value, at),
  );

function secretsIn(value: unknown, path: Path): readonly Found[] {
  if (typeof value === 'string') return secretRef(value) === null ? [] : [{ path, value }];
  return inner(value, path).flatMap(([, below, at]) => secretsIn(below, at));
}

const inner = (value: unknown, path: Path): readonly (readonly [string, unknown, Path])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).map(
        ([name, below]) =>
          [name, below, [...path, Array.isArray(value) ? Number(name) : name]] as const,
      )
    : [];
