import { Journal } from '../../../src/domain/orchestrator/journal/journal.js';
import type { Pass } from '../../../src/domain/orchestrator/pass/pass.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { SILENT } from '../../../src/domain/ports/log.js';
import {
  EMPTY_RECORD,
  type ServiceRecord,
  serviceStatus,
} from '../../../src/domain/model/service-status.js';
import { aWorld, stopWith } from './world.js';

/** A pass over a deployment as it is, with nothing to start or stop it; what it goes back to is active. */
export function legOf(
  deployment: Deployment,
  { service, ...more }: Partial<Pass> & { readonly service?: Partial<ServiceRecord> } = {},
): Pass {
  const { store, clock, driver } = aWorld();
  const record = { ...EMPTY_RECORD, stable: stableUnder(deployment), ...service };
  const its = serviceStatus(record, deployment.plan);
  const journal = new Journal({ store, clock, actor: 'w1' }, deployment, 1, its);
  return {
    ...{ journal, fence: 1, worker: 'w1', clock, log: SILENT, driver, checker: null },
    ...{ router: null, flags: null, metrics: () => undefined, admitted: null },
    loadDeployment: async () => undefined,
    versions: async () => ({ stable: [], takenBack: [], active: null }),
    ...stopWith({}),
    ...more,
  };
}

function stableUnder(deployment: Deployment): ServiceRecord['stable'] {
  const { previous, declared, environment, service } = deployment;
  if (previous === null || declared === null) return [];
  return [{ environment, service, ...previous, since: 1, declared }];
}
