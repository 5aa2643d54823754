import { difference } from '../audit/findings/difference.js';
import type { DeploymentId, ServiceRef } from '../model/ids.js';
import type { ActiveDeployment, StableVersion } from '../model/active-deployment.js';
import { entryText, type Remedy } from './repair.js';
import type { ServicePlace } from './service-place.js';

/** What the stream of all says of a service; `active` is undefined where it can't tell. */
export interface Folded {
  readonly whole: boolean;
  readonly active: ActiveDeployment | null | undefined;
  readonly stable: readonly StableVersion[];
}

/**
 * What is active and its stable versions, as the endings lead to where all of them are
 * known. Where they are not, what names no deployment goes, and a version that
 * nothing vouches for becomes unknown: that is never wrong.
 *
 * @param exists whether a deployment has a record
 */
export function repairActive(
  place: ServicePlace,
  folded: Folded,
  exists: (id: DeploymentId) => boolean,
): readonly Remedy[] {
  const stable = folded.whole ? folded.stable : keptStable(place, folded, exists);
  const active = folded.active === undefined ? trustedOf(place, stable, exists) : folded.active;
  if (isAsIt(place, active, stable)) return [];
  return [{ repair: { kind: 'active', had: place, active, stable } }];
}

/** What the stream tells of it, and under that what was there and has a record. */
function keptStable(
  { stable }: ServicePlace,
  folded: Folded,
  exists: (id: DeploymentId) => boolean,
): readonly StableVersion[] {
  const seen = new Set<DeploymentId>();
  return [...folded.stable, ...stable].filter((entry): entry is StableVersion => {
    if (entry === 'unreadable' || seen.has(entry.deploymentId)) return false;
    seen.add(entry.deploymentId);
    return exists(entry.deploymentId);
  });
}

function trustedOf(
  place: ServicePlace,
  [top]: readonly StableVersion[],
  exists: (id: DeploymentId) => boolean,
): ActiveDeployment | null {
  const named = place.active === 'unreadable' ? null : place.active;
  if (named !== null && exists(named.deploymentId)) {
    const good = named.version === null || named.deploymentId === top?.deploymentId;
    return good ? named : { ...named, version: null };
  }
  return top === undefined ? null : { ...refOf(place), version: null, ...since(top) };
}

const refOf = ({ environment, service }: ServiceRef): ServiceRef => ({ environment, service });

const since = ({ deploymentId, since: at }: ActiveDeployment) => ({ deploymentId, since: at });

const isAsIt = (
  place: ServicePlace,
  active: ActiveDeployment | null,
  stable: readonly StableVersion[],
): boolean =>
  place.active !== 'unreadable' &&
  entryText(place.active) === entryText(active) &&
  place.stable.length === stable.length &&
  stable.every((entry, at) => isSame(place.stable[at], entry));

const isSame = (is: ServicePlace['stable'][number] | undefined, wanted: StableVersion): boolean =>
  typeof is === 'object' &&
  entryText(is) === entryText(wanted) &&
  difference(is.declared, wanted.declared) === null;
