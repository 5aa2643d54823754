import type { Finding } from '../audit/findings/finding.js';
import type { DeploymentId } from '../model/ids.js';
import { EVENTS } from './incurable.js';
import { type Folded, repairActive } from './repair-active.js';
import type { Remedy } from './repair.js';
import type { ServicePlace } from './service-place.js';

/** What helps a service whose slot, fence, active version or stable is wrong; nothing while it is being changed. */
export function serviceRemedies(
  { invariant, deploymentId }: Finding,
  place: ServicePlace,
  fold: Folded & { readonly fence: number },
  exists: (id: DeploymentId) => boolean,
): readonly Remedy[] {
  if (place.busy) return [{ why: whileBusy(place) }];
  if (invariant === 'fence_rising') return raiseFence(place, fold.fence, deploymentId);
  if (invariant !== 'slot_held') return repairActive(place, fold, exists);
  if (deploymentId === undefined) return [];
  const { environment, service, holder } = place;
  const act = holder === deploymentId ? 'free' : 'leave';
  return [
    {
      repair: {
        kind: 'slot',
        act,
        service: { environment, service },
        deploymentId,
        revision: null,
      },
    },
  ];
}

export const whileBusy = ({ holder }: ServicePlace): string =>
  `${holder} changes the service: repair it when that has ended`;

function raiseFence(
  { environment, service, fence }: ServicePlace,
  least: number,
  deploymentId: DeploymentId | undefined,
): readonly Remedy[] {
  // One that fell within the events of a deployment is history.
  if (deploymentId !== undefined) return [{ why: EVENTS }];
  if (fence >= least) return [];
  return [{ repair: { kind: 'fence', service: { environment, service }, had: fence, least } }];
}
