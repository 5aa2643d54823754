import type { DeploymentId } from '../../src/domain/ids.js';
import { type Deployment, progressOf, stepsOf } from '../../src/domain/plan/deployment.js';
import type { PlanCommand } from '../../src/domain/plan/plan-command.js';
import { decide } from '../../src/domain/plan/plan-machine.js';
import type { ActiveDeployment } from '../../src/domain/plan/service-effect.js';

/** A worker with its claim: what it knows may be old, and its fence too. */
export interface Session {
  readonly id: DeploymentId;
  readonly worker: string;
  readonly fence: number;
  readonly lastGood: ActiveDeployment | null;
  view: Deployment;
}

/**
 * What a worker under this claim would say next of a deployment; `null` where it has nothing to say.
 *
 * @param luck 0 to 99: under 80 all goes well
 */
export function nextWork(
  { fence, worker, lastGood }: Session,
  view: Deployment,
  luck: number,
): PlanCommand | null {
  const well = luck < 80;
  return (
    candidates(view, { fence, worker, lastGood }, well, luck % 2 === 0).find((command) => {
      const decision = decide(view, command);
      return decision.ok && decision.value.length > 0;
    }) ?? null
  );
}

function candidates(
  view: Deployment,
  { fence, worker, lastGood }: Pick<Session, 'fence' | 'worker' | 'lastGood'>,
  well: boolean,
  transient: boolean,
): readonly PlanCommand[] {
  const { state } = view;
  const failed = { error: 'broken', transient, evidence: null, at: 5_000 } as const;
  if (state.status === 'approved') return [{ type: 'begin', previous: previousOf(lastGood) }];
  if (state.status === 'verifying') {
    const verification = { status: well ? 'healthy' : 'unhealthy', reason: 'seen', checks: [] };
    return [{ type: 'judge', verification, at: 6_000 } as PlanCommand];
  }
  if (state.status === 'executing') {
    const step = stepsOf(view)[state.step];
    const targets = step?.kind === 'deploy' ? step.targets : [];
    return [
      ...targets.flatMap((target): readonly PlanCommand[] => {
        const progress = progressOf(view, target);
        if (progress.state === 'updated') return [];
        if (progress.state !== 'started' || progress.fence !== fence) {
          return [{ type: 'start_target', target, fence, worker }];
        }
        const done: PlanCommand = { type: 'update_target', target, evidence: { shown: true } };
        return [well ? done : { type: 'fail_target', target, ...failed }];
      }),
      { type: 'complete_step', step: state.step },
      { type: 'rollback', reason: 'it broke', cause: 'failure' },
    ];
  }
  if (state.status !== 'rolling_back') return [];
  return [
    ...[...view.targets.keys()].flatMap((target): readonly PlanCommand[] => {
      const progress = progressOf(view, target);
      if (progress.state === 'restored') return [];
      if (progress.state !== 'restoring' || progress.fence !== fence) {
        return [{ type: 'start_restore', target, fence, worker }];
      }
      const version = view.previous?.version ?? null;
      const done: PlanCommand = { type: 'restore_target', target, version, evidence: {} };
      return [well ? done : { type: 'fail_restore', target, ...failed }];
    }),
    { type: 'finish_rollback', verification: null },
    { type: 'give_up', reason: 'not restored' },
  ];
}

const previousOf = (lastGood: ActiveDeployment | null) =>
  lastGood?.version == null
    ? null
    : { version: lastGood.version, deploymentId: lastGood.deploymentId };
