import { type PlaceAsked, unknownPlace } from '../../contracts/problems/unknown-place.js';
import { type NamedPlace, placesNamedIn } from '../../domain/fleet/named-places.js';
import type { ServiceRef } from '../../domain/model/ids.js';
import type { CliSession } from './cli-ports.js';
import { UsageError } from './cli-run.js';

type Named = Pick<CliSession, 'index' | 'roster'>;

/** Deployments that are looked at for names, besides what is active. */
export const MOST_LOOKED_AT = 200;

export interface KnownPlaces {
  /** What workers are configured for, and what was deployed. */
  readonly places: readonly NamedPlace[];
  /** Whether a worker was seen that says what there is. */
  readonly said: boolean;
}

/** What is called something here; nothing where the program around the command line keeps no records. */
export async function knownPlaces({ index, roster }: Partial<Named>): Promise<KnownPlaces> {
  if (index === undefined || roster === undefined) return { places: [], said: false };
  const [workers, active, { items }] = await Promise.all([
    roster.workers(),
    index.activeDeployments(),
    index.history({ limit: MOST_LOOKED_AT }),
  ]);
  const configured = workers.flatMap(({ knowledge }) => placesNamedIn(knowledge));
  return { places: [...configured, ...active, ...items], said: workers.length > 0 };
}

/**
 * For an order to what was deployed: that nothing is to be done for a name which nothing is
 * called must not read as if it had been done.
 *
 * @throws UsageError that names the field and what was probably meant
 */
export async function assertKnownPlace(session: Named, ref: ServiceRef): Promise<void> {
  const { items } = await session.index.history({ ref, limit: 1 });
  if (items.length === 0) refuseUnknown(ref, await knownPlaces(session), false);
}

/**
 * @param any whether a configuration for any name makes every name a known one
 * @throws UsageError
 */
export function refuseUnknown(
  asked: PlaceAsked,
  { places, said }: KnownPlaces,
  any: boolean,
): void {
  const unknown = unknownPlace(asked, places, any);
  if (unknown === null) return;
  // Where no worker was seen, what is configured is not known: only what looks like a slip is one.
  if (said || unknown.meant !== null) throw new UsageError(unknown.text);
}
