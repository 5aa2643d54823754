import { difference } from '../audit/findings/difference.js';
import type { DeploymentId, ServiceRef } from '../model/ids.js';
import type { ActiveDeployment, StableVersion } from '../model/active-deployment.js';
import { entryText, type Remedy } from './repair.js';
import type { ServicePlace } from './service-place.js';

/** What the stream of all says of a service; `active` is undefined where it can't tell. */
export interface Folded {
  readonly whole: boolean;
  readonly active: ActiveDeployment | null | undefined;
  readonly stack: readonly StableVersion[];
}

/**
 * What is active and its stack, as the endings lead to where all of them are
 * known. Where they are not, what names no deployment goes, and a version that
 * nothing vouches for becomes unknown: that is never wrong.
 *
 * @param exists whether a deployment has a record
 */
export function mendActive(
  place: ServicePlace,
  folded: Folded,
  exists: (id: DeploymentId) => boolean,
): readonly Remedy[] {
  const stack = folded.whole ? folded.stack : keptStack(place, folded, exists);
  const active = folded.active === undefined ? vouchedFor(place, stack, exists) : folded.active;
  if (isAsIt(place, active, stack)) return [];
  return [{ repair: { kind: 'active', had: place, active, stack } }];
}

/** What the stream tells of it, and under that what was there and has a record. */
function keptStack(
  { stack }: ServicePlace,
  folded: Folded,
  exists: (id: DeploymentId) => boolean,
): readonly StableVersion[] {
  const seen = new Set<DeploymentId>();
  return [...folded.stack, ...stack].filter((entry): entry is StableVersion => {
    if (entry === 'unreadable' || seen.has(entry.deploymentId)) return false;
    seen.add(entry.deploymentId);
    return exists(entry.deploymentId);
  });
}

function vouchedFor(
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
  stack: readonly StableVersion[],
): boolean =>
  place.active !== 'unreadable' &&
  entryText(place.active) === entryText(active) &&
  place.stack.length === stack.length &&
  stack.every((entry, at) => isSame(place.stack[at], entry));

const isSame = (is: ServicePlace['stack'][number] | undefined, wanted: StableVersion): boolean =>
  typeof is === 'object' &&
  entryText(is) === entryText(wanted) &&
  difference(is.declared, wanted.declared) === null;
