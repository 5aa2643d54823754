import type { Hold } from '../../model/hold.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import { isLapsed } from '../../plan/machine/approval-rules.js';
import type { PlanCommand } from '../../plan/machine/plan-command.js';
import type { OrchestratorPorts } from '../orchestrator-ports.js';

/** Another worker may have what was approved: this one asks again this often. */
const OTHER_WORKER_MS = 2_000;

/** Why an approved deployment may not begin here and now, as an order to it. */
export interface ApprovalDoubt {
  readonly order: PlanCommand;
  /** When to ask again (epoch milliseconds); `null` where its approvals are wanted again. */
  readonly until: number | null;
}

/**
 * Whether an approved deployment that is about to begin was approved for what
 * would be carried out: for the configuration of now, and of this worker. What was
 * approved for another one is a draft again, and its approvals are wanted again;
 * `null` where it may begin.
 */
export async function approvalDoubt(
  { configurations, clock }: OrchestratorPorts,
  deployment: Deployment,
): Promise<ApprovalDoubt | null> {
  if (configurations === undefined || !isAsked(deployment)) return null;
  const heard = await configurations.approval(deployment, false);
  if (heard === null || heard.policy.approval === 'none') return null;
  const own = configurations.own(deployment);
  const isOthers = (configuration: string): boolean => own !== null && own !== configuration;
  if (!isLapsed(deployment, heard) && !isOthers(heard.configuration)) return null;
  // A worker that has come just now may not have been heard yet: nothing is taken away for that.
  const inForce = await configurations.approval(deployment, true);
  if (inForce === null) return null;
  const { configuration, policy } = inForce;
  if (isLapsed(deployment, inForce)) return { order: { type: 'ask_again', inForce }, until: null };
  const stays = policy.approval === 'none' || policy.approvalOnChange === 'keep';
  if (stays || !isOthers(configuration)) return null;
  return { order: { type: 'hold', hold: ANOTHERS }, until: clock.now() + OTHER_WORKER_MS };
}

const ANOTHERS: Hold = {
  kind: 'approval',
  reason: 'it was approved for a newer configuration than this worker has',
  until: null,
  liftedBy: 'a worker with the configuration of now',
};

/** Nobody approves a rollback, and what goes on where it stopped was begun with its approvals. */
const isAsked = ({ state, rollback }: Deployment): boolean =>
  state.status === 'approved' && state.step === undefined && rollback === null;
