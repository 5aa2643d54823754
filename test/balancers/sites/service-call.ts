import { environmentName, serviceName, targetId } from '../../../src/domain/model/ids.js';
import type { RouteCall } from '../../../src/domain/ports/traffic-router.js';
import type { PlacedTarget } from './balancer.js';

export const SERVICE = 'proof';

/** The service as a router is called for it. */
export const serviceCall = (targets: readonly PlacedTarget[]): RouteCall => ({
  service: serviceName(SERVICE),
  environment: environmentName('production'),
  targets: targets.map(({ id, address }) => ({
    ...{ id: targetId(id), name: id, address, metadata: {} },
  })),
});
