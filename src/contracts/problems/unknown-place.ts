import { ANY_NAME, type NamedPlace } from '../../domain/fleet/named-places.js';
import { didYouMean, nearMiss } from './near-miss.js';
import { unknownEnvironment } from './unknown-environment.js';

/** What somebody names; `null` where he leaves it open. */
export interface PlaceAsked {
  readonly service: string | null;
  readonly environment: string | null;
}

export interface UnknownPlace {
  readonly field: 'service' | 'environment';
  /** The field, what is wrong, and what there is. */
  readonly text: string;
  /** What was probably meant. */
  readonly meant: string | null;
}

/** Names in one sentence. */
const MOST_NAMED = 20;

/**
 * Which part of it nothing is called, and what was probably meant; `null` where something
 * is called so, or where no name is known at all: then nobody can tell.
 *
 * @param places what workers are configured for, and what is recorded
 * @param any whether a configuration for any name makes every name a known one
 */
export function unknownPlace(
  { service, environment }: PlaceAsked,
  places: readonly NamedPlace[],
  any: boolean,
): UnknownPlace | null {
  const services = namesOf(places.map((place) => place.service));
  if (services.length === 0) return null;
  const anyService = any && places.some((place) => place.service === ANY_NAME);
  if (service !== null && !services.includes(service) && !anyService) {
    const there = services.length === 1 ? 'there is' : 'there are';
    return {
      field: 'service',
      text: `service: nothing is called ${service}${didYouMean(service, services)}: ${there} ${listed(services)}`,
      meant: nearMiss(service, services),
    };
  }
  if (environment === null) return null;
  const its = places
    .filter((place) => service === null || [service, ANY_NAME].includes(place.service))
    .map((place) => place.environment);
  const own = namesOf(its);
  if (own.includes(environment) || (any && its.includes(ANY_NAME))) return null;
  const all = own.length > 0 ? own : namesOf(places.map((place) => place.environment));
  const why =
    service === null || own.length === 0
      ? `nothing is in ${environment}${didYouMean(environment, all)}`
      : unknownEnvironment({ service, environment }, own);
  return {
    field: 'environment',
    text: `environment: ${why}`,
    meant: nearMiss(environment, all),
  };
}

const namesOf = (all: readonly string[]): readonly string[] =>
  [...new Set(all)].filter((name) => name !== ANY_NAME).toSorted();

function listed(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
  return names.slice(0, MOST_NAMED).join(', ') + more;
}
