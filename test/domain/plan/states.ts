import type { HealthStatus, Verification } from '../../../src/domain/health/verification.js';
import { deploymentId, type TargetId } from '../../../src/domain/ids.js';
import type { Deployment } from '../../../src/domain/plan/deployment.js';
import type { PlanCommand } from '../../../src/domain/plan/plan-command.js';
import type { PlanStatus } from '../../../src/domain/plan/plan-state.js';
import { aDeployment, after, type DeploymentFixture, v, web } from '../../support/fixtures.js';

export const begin: PlanCommand = {
  type: 'begin',
  previous: { version: v('0.9.0'), deploymentId: deploymentId('dep_0000000000before') },
};
export const beginFirst: PlanCommand = { type: 'begin', previous: null };
export const startTarget = (target: TargetId, fence = 1): PlanCommand => ({
  type: 'start_target',
  target,
  fence,
  worker: 'w1',
});
export const updateTarget = (target: TargetId): PlanCommand => ({
  type: 'update_target',
  target,
  evidence: { shown: true },
});
export const failTarget = (
  target: TargetId,
  error = 'broken',
  transient = false,
  at = 5_000,
): PlanCommand => ({ type: 'fail_target', target, error, transient, evidence: null, at });
export const completeStep = (step: number): PlanCommand => ({ type: 'complete_step', step });
export const judge = (status: HealthStatus, at = 6_000): PlanCommand => ({
  type: 'judge',
  verification: aVerification(status),
  at,
});
export const aVerification = (status: HealthStatus): Verification => ({
  status,
  reason: `it is ${status}`,
  checks: [],
});
export const rollback = (cause: 'failure' | 'request', reason = 'enough'): PlanCommand => ({
  type: 'rollback',
  reason,
  cause,
});
export const startRestore = (target: TargetId, fence = 2): PlanCommand => ({
  type: 'start_restore',
  target,
  fence,
  worker: 'w2',
});
export const restoreTarget = (target: TargetId): PlanCommand => ({
  type: 'restore_target',
  target,
  version: v('0.9.0'),
  evidence: {},
});
export const failRestore = (
  target: TargetId,
  error = 'stuck',
  transient = false,
  at = 7_000,
): PlanCommand => ({ type: 'fail_restore', target, error, transient, evidence: null, at });
export const finishRollback = (verification: Verification | null = null): PlanCommand => ({
  type: 'finish_rollback',
  verification,
});
export const giveUp: PlanCommand = { type: 'give_up', reason: 'no use' };
export const cancel: PlanCommand = { type: 'cancel', reason: 'not wanted' };
export const approve: PlanCommand = { type: 'approve', by: 'ann' };
export const pause: PlanCommand = { type: 'pause', reason: 'lunch' };
export const resume: PlanCommand = { type: 'resume' };

/** Both targets of the fixtures, one after the other. */
export const allSteps: readonly PlanCommand[] = [
  startTarget(web(1)),
  updateTarget(web(1)),
  completeStep(0),
  startTarget(web(2)),
  updateTarget(web(2)),
  completeStep(1),
];

/** From its plan to completion. */
export const wholeLife: readonly PlanCommand[] = [approve, begin, ...allSteps, judge('healthy')];

const ways: { readonly [S in PlanStatus]: readonly PlanCommand[] } = {
  draft: [],
  approved: [approve],
  executing: [approve, begin, startTarget(web(1))],
  verifying: [approve, begin, ...allSteps],
  paused: [approve, begin, startTarget(web(1)), pause],
  completed: wholeLife,
  rolling_back: [approve, begin, startTarget(web(1)), rollback('request')],
  rolled_back: [
    approve,
    begin,
    startTarget(web(1)),
    rollback('request'),
    startRestore(web(1)),
    restoreTarget(web(1)),
    finishRollback(),
  ],
  failed: [approve, begin, startTarget(web(1)), giveUp],
  cancelled: [cancel],
};

/** A deployment of two targets, one at a time, that has come as far as a status. */
export const inStatus = (status: PlanStatus, fixture: DeploymentFixture = {}): Deployment =>
  after(aDeployment(fixture), ...ways[status]);
