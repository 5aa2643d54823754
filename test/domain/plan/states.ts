import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { CommandType } from '../../../src/domain/plan/machine/plan-command.js';
import type { PlanStatus } from '../../../src/domain/model/deployment/plan-state.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import { aDeployment, after, type DeploymentFixture, web } from '../../support/fixtures.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';
import * as give from './commands.js';

/** Both targets of the fixtures, one after the other. */
export const allSteps: readonly Said[] = [
  give.startTarget(web(1)),
  give.updateTarget(web(1)),
  give.completeStep(0),
  give.startTarget(web(2)),
  give.updateTarget(web(2)),
  give.completeStep(1),
];

/** From its plan to completion. */
export const wholeLife: readonly Said[] = [
  give.approve,
  give.begin,
  ...allSteps,
  give.judge('healthy'),
];

const ways: { readonly [S in PlanStatus]: readonly Said[] } = {
  draft: [],
  approved: [give.approve],
  executing: [give.approve, give.begin, give.startTarget(web(1))],
  verifying: [give.approve, give.begin, ...allSteps],
  paused: [give.approve, give.begin, give.startTarget(web(1)), give.pause],
  completed: wholeLife,
  rolling_back: [give.approve, give.begin, give.startTarget(web(1)), give.rollback()],
  rolled_back: [
    give.approve,
    give.begin,
    give.startTarget(web(1)),
    give.rollback(),
    give.startRestore(web(1)),
    give.restoreTarget(web(1)),
    give.finishRollback(),
  ],
  failed: [give.approve, give.begin, give.startTarget(web(1)), give.giveUp],
  cancelled: [give.cancel],
};

/** A deployment of two targets, one at a time, that has come as far as a status. */
export const inStatus = (status: PlanStatus, fixture: DeploymentFixture = {}): Deployment =>
  after(aDeployment(fixture), ...ways[status]);

/** An executing deployment at a step of its own making, with another behind it. */
export const atStep = (step: Step, fixture: DeploymentFixture = {}): Deployment =>
  withSteps(inStatus('executing', fixture), step, { kind: 'wait', ms: 0 });

export const withSteps = (deployment: Deployment, ...steps: readonly Step[]): Deployment => ({
  ...deployment,
  plan: { ...deployment.plan, steps, analyses: [anAnalysis('errors')] },
});

/** A deployment in a status, and in the one situation that an order of this type is for. */
export function awaiting(type: CommandType, status: PlanStatus): Deployment {
  const deployment = inStatus(status);
  const { state } = deployment;
  if (type === 'promote') {
    return withSteps(deployment, { kind: 'gate', name: 'go', timeout: null, onTimeout: 'abort' });
  }
  if (type === 'ask_again') {
    return { ...deployment, plan: { ...deployment.plan, configuration: 'then' } };
  }
  return type === 'retry' && state.status === 'failed'
    ? { ...deployment, state: { ...state, stoppedAt: 0 } }
    : deployment;
}
