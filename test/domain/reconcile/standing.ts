import type { DeploymentId, TargetId } from '../../../src/domain/model/ids.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../../src/domain/plan/fold/evolve.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import {
  type ServiceChange,
  type StableVersion,
} from '../../../src/domain/model/active-deployment.js';
import { serviceChange } from '../../../src/domain/reconcile/service-change.js';
import { evolveStatus } from '../../../src/domain/reconcile/evolve-status.js';
import {
  EMPTY_RECORD,
  type ServiceRecord,
  type ServiceStatus,
  serviceStatus,
} from '../../../src/domain/model/service-status.js';
import { type TargetStatus, UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { API, anId, eventsOf, record, v, web } from '../../support/fixtures.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';

/** A deployment and its service, as whoever works for it sees them. */
export interface Standing {
  readonly deployment: Deployment;
  readonly service: ServiceStatus;
}

export const BEFORE_ID = anId();

/** A target that an earlier deployment brought to a version, and that serves with it. */
export const running = (
  version: string | null = '0.9.0',
  change: Partial<TargetStatus> = {},
): TargetStatus => ({
  ...UNTOUCHED,
  version: [version === null ? null : v(version)],
  by: BEFORE_ID,
  ...change,
});

export const stableOf = (
  version: string,
  deploymentId: DeploymentId = BEFORE_ID,
  declared: Partial<StableVersion['declared']> = {},
): StableVersion => ({
  ...API,
  ...{ version: v(version), deploymentId, since: 1 },
  declared: { version: v(version), others: {}, missed: [], shares: null, ...declared },
});

/** The statuses of web-1, web-2 and so on. */
export const webs = (...statuses: readonly TargetStatus[]): ReadonlyMap<TargetId, TargetStatus> =>
  new Map(statuses.map((status, at) => [web(at + 1), status]));

export const standing = (deployment: Deployment, found: Partial<ServiceRecord> = {}): Standing => ({
  deployment,
  service: serviceStatus({ ...EMPTY_RECORD, ...found }, deployment.plan),
});

/** A service with this version on all of them, and nothing else to tell. */
export function serving(
  version: string,
  count = 2,
): Pick<ServiceRecord, 'targets' | 'stable' | 'active'> {
  const { declared: _declared, ...active } = stableOf(version);
  const all = Array.from({ length: count }, () => running(version));
  return { targets: webs(...all), stable: [stableOf(version)], active };
}

/** Folds in what is said, and what merely happens. */
export const told = (first: Standing, ...said: readonly (Said | PlanEvent)[]): Standing =>
  said.reduce<Standing>((each, next) => happened(each, saidEvents(each.deployment, next)), first);

/** What the last that is said changes of the service, beside its targets. */
export function changeOf(first: Standing, ...said: readonly Said[]): ServiceChange {
  const before = told(first, ...said.slice(0, -1));
  const after = told(before, ...said.slice(-1));
  return serviceChange(after.deployment, 99, before.deployment, after.service);
}

/** What is known of one of web-1, web-2 and so on. */
export function statusOfWeb({ service }: Standing, n: number): TargetStatus {
  const status = service.targets.get(web(n));
  if (status === undefined) throw new Error(`web-${n} is none of its targets`);
  return status;
}

const saidEvents = (deployment: Deployment, said: Said | PlanEvent): readonly PlanEvent[] =>
  typeof said !== 'function' && isEvent(said) ? [said] : eventsOf(deployment, said);

const isEvent = (
  said: Exclude<Said, (...given: never) => unknown> | PlanEvent,
): said is PlanEvent => said.type.startsWith('deployment.');

function happened({ deployment, service }: Standing, events: readonly PlanEvent[]): Standing {
  let { targets } = service;
  let after = deployment;
  for (const recorded of record(deployment, events)) {
    targets = evolveStatus(targets, recorded.event, after, recorded.at);
    after = evolve(after, recorded);
  }
  return { deployment: after, service: { ...service, targets } };
}
