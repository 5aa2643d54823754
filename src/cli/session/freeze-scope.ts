import { unknownPlace } from '../../contracts/problems/unknown-place.js';
import { ANY_NAME } from '../../domain/fleet/named-places.js';
import type { CliSession } from './cli-ports.js';
import { unknownLabels } from './known-labels.js';
import { knownPlaces } from './known-places.js';

/** A part of a freeze's scope that nothing is called. */
export interface UnknownScope {
  /** Begins with the field where it is certain. */
  readonly text: string;
  /** False where something may well be called so: for workers that take any name, or where none was seen. */
  readonly certain: boolean;
}

interface ScopeAsked {
  readonly service: string | null;
  readonly environment: string | null;
  readonly label: readonly (readonly [name: string, value: string])[];
}

/** What a freeze would cover by a name that nothing is called; `null` where it covers what is there. */
export async function unknownScope(
  session: Pick<CliSession, 'index' | 'roster'>,
  scope: ScopeAsked,
): Promise<UnknownScope | null> {
  const { service, environment, label } = scope;
  if (service === null && environment === null && label.length === 0) return null;
  const { places, said } = await knownPlaces(session);
  const anything = places.some(
    (place) => place.service === ANY_NAME && place.environment === ANY_NAME,
  );
  if (places.every(({ service: each }) => each === ANY_NAME)) {
    const text = 'no worker names its services here, and nothing was deployed yet';
    return { text, certain: false };
  }
  const unknown = unknownPlace(scope, places, false);
  if (unknown !== null) {
    const certain = said || unknown.meant !== null;
    return { text: unknown.text, certain: certain && unknownPlace(scope, places, true) !== null };
  }
  const unlabelled = label.length === 0 ? null : await unknownLabels(session, scope, label);
  return unlabelled === null ? null : { text: `label: ${unlabelled}`, certain: said && !anything };
}
