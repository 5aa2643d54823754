import type { Config } from '../../contracts/config/config.schema.js';
import { didYouMean } from '../../contracts/problems/near-miss.js';
import type { Problem } from '../../contracts/problems/problems-of.js';

type Service = Config['services'][string];
type Path = Problem['path'];
type Analyses = Service['analyses'];

/** Names of analyses and metric sources that nothing in the configuration has. */
export const nameProblems = ({ services, metricSources }: Config): readonly Problem[] =>
  Object.entries(services).flatMap(([name, service]) => {
    const path = ['services', name];
    const environments = Object.entries(service.environments);
    const sources = Object.keys(metricSources);
    // What the service says may be meant for one environment alone.
    const all = [service, ...environments.map(([, here]) => here)].flatMap(namesIn);
    return [
      ...missingAnalyses(service.strategy, all, [...path, 'strategy']),
      ...missingSources(service.analyses, sources, path),
      ...environments.flatMap(([environment, here]) => {
        const at = [...path, 'environments', environment];
        const known = [service, here].flatMap(namesIn);
        return [
          ...missingAnalyses(here.strategy, known, [...at, 'strategy']),
          ...missingSources(here.analyses, sources, at),
        ];
      }),
    ];
  });

const namesIn = ({ analyses }: { readonly analyses?: Analyses | undefined }): readonly string[] =>
  Object.keys(analyses ?? {});

const missingAnalyses = (
  strategy: unknown,
  known: readonly string[],
  path: Path,
): readonly Problem[] =>
  analysesNamed(strategy, path).flatMap(([at, name]) =>
    known.includes(name) ? [] : [missing('analysis', at, name, known)],
  );

const missingSources = (
  analyses: Analyses | undefined,
  known: readonly string[],
  path: Path,
): readonly Problem[] =>
  Object.entries(analyses ?? {}).flatMap(([analysis, { metrics }]) =>
    metrics.flatMap(({ source }, at) =>
      known.includes(source)
        ? []
        : [
            missing(
              'metric source',
              [...path, 'analyses', analysis, 'metrics', at, 'source'],
              source,
              known,
            ),
          ],
    ),
  );

const missing = (what: string, path: Path, name: string, known: readonly string[]): Problem => ({
  ...{ path, at: 'value' },
  message: `no ${what} is named ${name}${didYouMean(name, known)}: configured are ${known.join(', ') || 'none'}`,
});

/** Wherever a strategy names an analysis: alone, with its mode, or before and after the traffic moves. */
function analysesNamed(value: unknown, path: Path): readonly (readonly [Path, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]: [string, unknown]) => {
    const at = [...path, Array.isArray(value) ? Number(field) : field];
    if (field !== 'analysis' && field !== 'analyze') return analysesNamed(inner, at);
    if (typeof inner === 'string') return [[at, inner] as const];
    return Object.entries(Object(inner)).flatMap(([part, name]: [string, unknown]) =>
      NAMES.has(part) && typeof name === 'string' ? [[[...at, part], name] as const] : [],
    );
  });
}

const NAMES: ReadonlySet<string> = new Set(['name', 'before', 'after']);
