import type { Knowledge } from './knowledge.js';
import type { Outline } from './worker-sign.js';

/** Every service, or every environment, that is not named. */
export const ANY_NAME = '*';

/** A service and an environment as they are called; `*` for any. */
export interface NamedPlace {
  readonly service: string;
  readonly environment: string;
}

/** With the fingerprint of what is configured there; `null` where something is missing to carry it out. */
export interface ConfiguredPlace extends NamedPlace {
  readonly fingerprint: string | null;
}

/** What a worker is configured for, also where it lacks something to carry it out. */
export function placesNamedIn({ services }: Knowledge): readonly ConfiguredPlace[] {
  if (services === 'all') {
    return [{ service: ANY_NAME, environment: ANY_NAME, fingerprint: null }];
  }
  return services.flatMap(({ service, environments, elsewhere, lacks = {} }) => [
    ...Object.entries(environments).map(([environment, fingerprint]) => ({
      ...{ service, environment, fingerprint },
    })),
    ...Object.keys(lacks).map((environment) => ({ service, environment, fingerprint: null })),
    ...(elsewhere === null ? [] : [{ service, environment: ANY_NAME, fingerprint: elsewhere }]),
  ]);
}

const LABEL = 'labels.';
/** As an outline shows what may be secret. */
const HIDDEN = '(hidden)';

/** How a configuration labels its service: `null` of a value that is not shown. */
export const labelsIn = (outline: Outline): ReadonlyMap<string, string | null> =>
  new Map(
    Object.entries(outline)
      .filter(([path]) => path.startsWith(LABEL))
      .map(([path, value]) => [path.slice(LABEL.length), value === HIDDEN ? null : value]),
  );
