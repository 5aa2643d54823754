import {
  type DeploymentId,
  type ServiceRef,
  serviceKey,
  type Version,
} from '../../domain/model/ids.js';
import { newDeployment } from '../../domain/manager/new-deployment.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { DeploymentPlan } from '../../domain/model/plan/deployment-plan.js';
import type { Target } from '../../domain/model/target.js';
import type { Declared } from '../../domain/model/declared.js';
import { ANYTHING, type TargetStatus, UNTOUCHED } from '../../domain/model/target-status.js';
import { type MemoryState, serviceRow } from '../memory/memory-state.js';

export interface LiveBefore extends ServiceRef {
  readonly id: DeploymentId;
  readonly version: Version;
  readonly plan: DeploymentPlan;
  /** It ended then, epoch milliseconds, after an hour. */
  readonly endedAt: number;
}

const HOUR_MS = 3_600_000;

/** Writes down that a version is live and good, as if it had been deployed: nothing is carried out. */
export function liveBefore(state: MemoryState, before: LiveBefore): void {
  const { id, version, service, environment, endedAt } = before;
  const startedAt = endedAt - HOUR_MS;
  const made = newDeployment(
    {
      ...{ id, service, environment, version },
      ...{ approve: true, requestedBy: 'simulation', idempotencyKey: null },
      ...{ digest: id, metadata: {} },
    },
    before.plan,
    startedAt,
  );
  const deployment: Deployment = {
    ...made.deployment,
    ...{ state: { status: 'completed' }, succeeded: true, startedAt, endedAt },
  };
  const events = [...made.events];
  state.deployments.set(id, { deployment, events, fence: 0, leaseUntil: 0, due: null });
  const active = { environment, service, version, deploymentId: id, since: endedAt };
  state.active.set(serviceKey(before), active);
  const row = serviceRow(state, before);
  const { targets } = before.plan;
  const live = new Set(servingTargets(targets));
  const moved = live.size < targets.length || before.plan.router !== null;
  const shareOf = (target: Target): number => (live.has(target) ? 1 / live.size : 0);
  const idle = targets.filter((target) => !live.has(target));
  const declared: Declared = {
    version,
    others: Object.fromEntries(idle.map((target) => [target.id, ANYTHING])),
    missed: [],
    shares: moved
      ? Object.fromEntries(targets.map((target) => [target.id, shareOf(target)]))
      : null,
  };
  row.stable = [{ ...active, declared }];
  row.revision += 1;
  for (const target of targets) {
    const weight: TargetStatus['weight'] = [moved ? shareOf(target) : null];
    const its = live.has(target) ? { version: [version] as const, by: id } : {};
    row.targets.set(target.id, { ...UNTOUCHED, weight, ...its });
  }
}

/** Where there are two colours, the first of them by name has the traffic; else all have. */
export function servingTargets(targets: readonly Target[]): readonly Target[] {
  const colours = [...new Set(targets.map(({ metadata }) => metadata['colour'] ?? ''))];
  const [first] = colours.toSorted((a, b) => (a < b ? -1 : 1));
  const two = colours.length === 2 && !colours.includes('');
  return two ? targets.filter(({ metadata }) => metadata['colour'] === first) : targets;
}
