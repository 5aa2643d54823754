import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { CommandType } from '../../../src/domain/plan/machine/plan-command.js';
import type { PlanStatus } from '../../../src/domain/model/deployment/plan-state.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import {
  aDeployment,
  after,
  type DeploymentFixture,
  type Said,
  web,
} from '../../support/fixtures.js';
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
  rolling_back: [give.approve, give.begin, give.startTarget(web(1)), give.rollback('request')],
  rolled_back: [
    give.approve,
    give.begin,
    give.startTarget(web(1)),
    give.rollback('request'),
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

/** The step that a command is about, where it is about one of a kind. */
const STEPS: { readonly [C in CommandType]?: Step } = {
  start_flag: { kind: 'set_flag', flag: 'f', percent: 10 },
  finish_flag: { kind: 'set_flag', flag: 'f', percent: 10 },
  open_gate: { kind: 'gate', name: 'go', timeout: 60_000, onTimeout: 'promote' },
  time_out_gate: { kind: 'gate', name: 'go', timeout: 60_000, onTimeout: 'promote' },
  promote: { kind: 'gate', name: 'go', timeout: null, onTimeout: 'abort' },
  start_analysis: inline(),
  measure: inline(),
  conclude_analysis: inline(),
};

/** What has gone before a command of this type. */
const GONE: { readonly [C in CommandType]?: readonly Said[] } = {
  finish_flag: [give.startFlag()],
  time_out_gate: [give.openGate()],
  measure: [give.startAnalysis()],
  conclude_analysis: [give.startAnalysis()],
};

function inline(): Step {
  return { kind: 'analyze', analysis: 'errors', mode: 'inline', targets: [web(1)], baseline: [] };
}

/** An executing deployment at a step of its own making, with another behind it. */
export const atStep = (step: Step, fixture: DeploymentFixture = {}): Deployment =>
  withSteps(inStatus('executing', fixture), step, { kind: 'wait', ms: 0 });

export const withSteps = (deployment: Deployment, ...steps: readonly Step[]): Deployment => ({
  ...deployment,
  plan: { ...deployment.plan, steps, analyses: [anAnalysis('errors')] },
});

/** A deployment in a status, and in the one situation that a command of this type is for. */
export function awaiting(type: CommandType, status: PlanStatus): Deployment {
  const deployment = moved(type, inStatus(status));
  const step = STEPS[type];
  const placed = step === undefined ? deployment : withSteps(deployment, step);
  return status === 'executing' ? after(placed, ...(GONE[type] ?? [])) : placed;
}

/** With targets, traffic and flags as such a command expects to find them. */
function moved(type: CommandType, deployment: Deployment): Deployment {
  const { progress, state } = deployment;
  if (type === 'restore_flag') {
    const flags = { f: { before: null, now: 10, settled: true } };
    return { ...deployment, progress: { ...progress, flags } };
  }
  return type === 'retry' && state.status === 'failed'
    ? { ...deployment, state: { ...state, stoppedAt: 0 } }
    : deployment;
}
