import {
  type DeploymentId,
  deploymentId,
  type ServiceRef,
  serviceName,
} from '../../../src/domain/model/ids.js';
import { aDraft, API } from '../../support/fixtures.js';
import type { TargetStatuses } from '../../../src/domain/model/target-status.js';
import type { PlanCommand } from '../../../src/domain/plan/machine/plan-command.js';
import type { Asked, Order } from './weather.js';

export const refOf = (n: number): ServiceRef => ({ ...API, service: serviceName(`svc-${n}`) });

export const idOf = (n: number): DeploymentId => deploymentId(`dep_simulated000${n}`);

/** What a publisher asks for, as it enters the store. */
export function drafted(
  n: number,
  { service, onConflict, onFailure, batch }: Asked,
  limited: boolean,
  at: number,
  known: TargetStatuses,
) {
  return aDraft({
    ...{ id: idOf(n), ref: refOf(service), version: `${n + 1}.0.0`, digest: `${n}`, at, known },
    ...{ approve: true, removes: true, targets: [`s${service}-1`, `s${service}-2`] },
    strategy: { kind: 'rolling', batchSize: batch },
    policy: { onConflict, onFailure, retries: 1, retryDelay: 500, deadline: 300_000 },
    ...(limited && { limits: [{ key: 'environment:production', most: 1 }] }),
  });
}

export function commandOf({ type }: Order): PlanCommand {
  const reason = 'an order';
  switch (type) {
    case 'resume':
      return { type };
    case 'retry':
      return { type, by: 'ann' };
    case 'abort':
    case 'cancel':
    case 'halt':
    case 'pause':
    case 'rollback':
      return { type, reason };
  }
}
