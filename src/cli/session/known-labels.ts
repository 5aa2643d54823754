import { didYouMean } from '../../contracts/problems/near-miss.js';
import type { PlaceAsked } from '../../contracts/problems/unknown-place.js';
import {
  ANY_NAME,
  labelsIn,
  type NamedPlace,
  placesNamedIn,
} from '../../domain/fleet/named-places.js';
import type { CliSession } from './cli-ports.js';
import { MOST_LOOKED_AT } from './known-places.js';

interface LabelledPlace {
  readonly place: NamedPlace;
  /** `null` is a value that is not shown. */
  readonly labels: ReadonlyMap<string, string | null>;
}

/** That nothing there is labelled so, and what was probably meant; `null` where something is. */
export async function unknownLabels(
  session: Pick<CliSession, 'index' | 'roster'>,
  asked: PlaceAsked,
  wanted: readonly (readonly [name: string, value: string])[],
): Promise<string | null> {
  const all = await labelledPlaces(session);
  const here = all.filter(({ place }) => isAt(place, asked));
  const has = ({ labels }: LabelledPlace, [name, value]: (typeof wanted)[number]): boolean =>
    [value, null].includes(labels.get(name) ?? (labels.has(name) ? null : ''));
  if (here.some((each) => wanted.every((label) => has(each, label)))) return null;
  const missing = wanted.filter((label) => !here.some((each) => has(each, label)));
  const named = missing.map((label) => label.join('='));
  const [first] = named;
  if (first === undefined) return 'no service has all of these labels';
  const known = here.flatMap(({ labels }) =>
    [...labels].map(([name, value]) => `${name}=${value ?? ''}`),
  );
  return `no service is labelled ${named.join(', ')}${didYouMean(first, known)}`;
}

const isAt = (place: NamedPlace, { service, environment }: PlaceAsked): boolean =>
  (service === null || [service, ANY_NAME].includes(place.service)) &&
  (environment === null || [environment, ANY_NAME].includes(place.environment));

/** By the configurations that workers show, and by what was deployed last. */
async function labelledPlaces({
  index,
  roster,
}: Pick<CliSession, 'index' | 'roster'>): Promise<readonly LabelledPlace[]> {
  const [workers, { items }] = await Promise.all([
    roster.workers(),
    index.history({ limit: MOST_LOOKED_AT }),
  ]);
  const configured = workers.flatMap(({ knowledge }) => placesNamedIn(knowledge));
  const outlines = new Map(
    await Promise.all(
      [...new Set(configured.flatMap(({ fingerprint }) => fingerprint ?? []))].map(
        async (fingerprint) => [fingerprint, await roster.outlineOf(fingerprint)] as const,
      ),
    ),
  );
  return [
    ...configured.map((place) => ({
      place,
      labels: labelsIn(outlines.get(place.fingerprint ?? '') ?? {}),
    })),
    ...items.map((place) => ({ place, labels: new Map(Object.entries(place.plan.labels)) })),
  ];
}
