import type { Services } from '../../src/app/workers/compose.js';
import { type KnownService, knows } from '../../src/domain/fleet/knowledge.js';
import { type ServiceRef, serviceKey } from '../../src/domain/model/ids.js';
import { err } from '../../src/domain/model/result.js';
import { impossible } from '../../src/domain/strategies/parts/strategy.js';
import type { FakeServices } from './fake-services.js';
import { knowing } from './worker-signs.js';

/** Services of which these alone are configured; the rest is refused, as a configuration does it. */
export function onlyFor(names: readonly (string | KnownService)[], all: FakeServices): Services {
  const knowledge = knowing(...names);
  const has = (ref: ServiceRef): boolean => knows(knowledge, { ref, bringsDriver: false });
  return {
    described: { knowledge, outlines: new Map() },
    resolve: (ref, version, overrides) =>
      has(ref)
        ? all.resolve(ref, version, overrides)
        : impossible('service', `unknown service ${serviceKey(ref)}`),
    runtimeOf: (deployment) =>
      has(deployment)
        ? all.runtimeOf(deployment)
        : err(`unknown service ${serviceKey(deployment)}`),
  };
}
