import { followRound, type PromotionPorts, promotionRound } from './promotion-coordinator.js';
import { type ReleasePorts, releaseRound } from './release-coordinator.js';

export type CoordinatorPorts = ReleasePorts & PromotionPorts;

/**
 * What the leading worker does in each of its rounds, after the rescue: follow
 * the events, then carry on with the promotions and releases that are due. It
 * begins nothing that waits, and a failure of one part leaves the others alone.
 */
export async function coordinateRound(ports: CoordinatorPorts, stop: AbortSignal): Promise<void> {
  for (const part of [followRound, promotionRound, releaseRound]) {
    if (stop.aborted) return;
    try {
      await part(ports, stop);
    } catch (error) {
      ports.log.warn({ err: error }, 'a round of the coordinator failed');
    }
  }
}
