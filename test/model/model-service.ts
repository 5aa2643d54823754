import { type ServiceRef, serviceKey, type TargetId } from '../../src/domain/model/ids.js';
import type { ActiveDeployment } from '../../src/domain/model/active-deployment.js';
import type { ServiceWrite } from '../../src/domain/ports/deployment-store.js';
import type { ServiceRecord } from '../../src/domain/model/service-status.js';
import type { TargetStatus } from '../../src/domain/model/target-status.js';
import type { ModelService } from './model-entries.js';

type ActiveMap = Readonly<Record<string, ActiveDeployment>>;

const isEmpty = ({ targets, stable, active }: ServiceWrite): boolean =>
  targets.length === 0 && stable === undefined && active === undefined;

export const restsOnOther = (its: ModelService, write: ServiceWrite): boolean =>
  !isEmpty(write) && write.revision !== its.revision;

/** Writes what changes of a service; answers the active map as it is then. */
export function writeTo(
  its: ModelService,
  active: ActiveMap,
  ref: ServiceRef,
  write: ServiceWrite,
): ActiveMap {
  if (write.automationHold !== undefined) its.automationHold = write.automationHold;
  if (isEmpty(write)) return active;
  its.revision += 1;
  its.targets = { ...its.targets, ...Object.fromEntries(write.targets) };
  if (write.stable === 'pop') its.stable = its.stable.slice(1);
  else if (write.stable) {
    const { push, over = 0 } = write.stable;
    its.stable = [push, ...its.stable.slice(over)].slice(0, 50);
  }
  its.takenBack = [...(write.takenBack ?? []), ...its.takenBack].slice(0, 50);
  if (write.active === undefined) return active;
  const { [serviceKey(ref)]: _, ...others } = active;
  return write.active === null ? others : { ...others, [serviceKey(ref)]: write.active };
}

/** As a claim answers it. */
export function recordIn(its: ModelService, active: ActiveMap, ref: ServiceRef): ServiceRecord {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what goes in is named by targets
    targets: new Map(Object.entries(its.targets) as [TargetId, TargetStatus][]),
    stable: its.stable.slice(0, 2),
    active: active[serviceKey(ref)] ?? null,
    revision: its.revision,
  };
}
