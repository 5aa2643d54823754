import type { HaproxyRouterSpec } from '../../../contracts/config/router.schema.js';
import type { SeenTarget } from '../../../domain/ports/traffic-router.js';
import { inMaintenance } from './haproxy-admin-state.js';
import type { BackendView } from './haproxy-backend.js';
import { sharesOf } from '../base/share-weights.js';

/**
 * What HAProxy says of each server, in the view's order. Where `drain` itself uses
 * maintenance, that of a person looks the same and counts as drained.
 */
export function seenServers(
  { servers }: BackendView,
  drainState: HaproxyRouterSpec['drainState'],
): readonly SeenTarget[] {
  const isUneven = new Set(servers.map(({ initialWeight }) => initialWeight)).size > 1;
  const shares = sharesOf(servers.map(({ weight }) => weight));
  return servers.map(({ admin, receiving, initialWeight }, at) => {
    const byDrain = drainState === 'maint' && admin.forcedMaintenance;
    return {
      inRotation: !admin.drained && !byDrain,
      share: shares[at] ?? 0,
      // It checks nothing in maintenance, and calls it down only for that.
      up: receiving || inMaintenance(admin),
      heldOut: admin.otherMaintenance || (admin.forcedMaintenance && !byDrain),
      ...(isUneven && { capacity: initialWeight }),
    };
  });
}
