import type { DeploymentId } from '../../model/ids.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import { isTerminal } from '../../model/deployment/plan-state.js';
import { assertNever } from '../../model/assert-never.js';
import type { Claim } from '../../ports/deployment-store.js';
import { admissionOf, orderOf } from './admit.js';
import { approvalDoubt } from './approval-doubt.js';
import { command } from '../journal/command.js';
import type { Ending } from '../ending.js';
import type { OrchestratorPorts } from '../orchestrator-ports.js';
import { heldUntil } from '../held-until.js';

type Waiting = Extract<Claim, { kind: 'waiting' }>;

/** The slot is taken: what the service's policy makes of that. A rollback always waits for its turn. */
export async function settleConflict(ports: OrchestratorPorts, claim: Waiting): Promise<Ending> {
  const { deployment, holder } = claim;
  if (deployment.state.status !== 'approved') {
    return { kind: 'in_line', behind: holder, deployment };
  }
  switch (deployment.plan.policy.onConflict) {
    case 'queue':
      return { kind: 'in_line', behind: holder, deployment };
    case 'reject': {
      const reason = `rejected: ${holder} is being deployed`;
      const ended = await command(ports, deployment, { type: 'cancel', reason });
      return { kind: 'settled', deployment: ended.deployment };
    }
    case 'supersede_waiting':
      return (await kept(ports, claim)) ?? makeRoom(ports, claim, supersede);
    case 'supersede_running':
      return (await kept(ports, claim)) ?? makeRoom(ports, claim, supersedeAll);
    default:
      return assertNever(deployment.plan.policy.onConflict);
  }
}

/** Nobody is sent away for a deployment that could not begin in their place; `null` where it could. */
async function kept(
  ports: OrchestratorPorts,
  { deployment, notices }: Waiting,
): Promise<Ending | null> {
  const doubt = await approvalDoubt(ports, deployment);
  if (doubt !== null) {
    const { deployment: told } = await command(ports, deployment, doubt.order, false);
    return doubt.until === null
      ? { kind: 'settled', deployment: told }
      : { kind: 'wait_until', until: doubt.until, deployment: told };
  }
  const admission = admissionOf(ports, deployment, notices);
  const order = orderOf(admission);
  if (order === null) return null;
  const { deployment: told } = await command(ports, deployment, order, false);
  if (admission.kind !== 'held') return { kind: 'settled', deployment: told };
  const until = heldUntil(told, admission.hold, ports.clock.now());
  return { kind: 'wait_until', until, deployment: told };
}

/** @param away what is done with the others; answers who has ended */
async function makeRoom(
  ports: OrchestratorPorts,
  { deployment, holder }: Waiting,
  away: typeof supersedeAll,
): Promise<Ending> {
  const gone = await away(ports, deployment, holder);
  return gone.includes(holder)
    ? { kind: 'busy', ms: 0, deployment }
    : { kind: 'in_line', behind: holder, deployment };
}

async function supersedeAll(
  ports: OrchestratorPorts,
  newer: Deployment,
  holder: DeploymentId,
): Promise<readonly DeploymentId[]> {
  const gone = await supersede(ports, newer);
  if (gone.includes(holder)) return gone;
  return (await sendBack(ports, newer, holder)) ? [...gone, holder] : gone;
}

/** Cancels what waits in line before this deployment; what already runs is left alone. */
async function supersede(ports: OrchestratorPorts, newer: Deployment): Promise<DeploymentId[]> {
  const gone: DeploymentId[] = [];
  const { waiting } = await ports.index.slot(newer);
  for (const id of waiting.slice(0, Math.max(0, waiting.indexOf(newer.id)))) {
    const older = await ports.store.load(id);
    // A rollback always waits for its turn, also one to a named version.
    if (older?.state.status !== 'approved' || older.rollback !== null) continue;
    const reason = `superseded by ${newer.id} (${newer.version})`;
    const { refusal } = await command(ports, older, { type: 'cancel', reason });
    if (refusal === null) gone.push(id);
  }
  return gone;
}

/**
 * What holds the slot goes back to the version before, and hands it over when
 * it is there; answers whether it is free at once.
 */
async function sendBack(
  ports: OrchestratorPorts,
  newer: Deployment,
  holder: DeploymentId,
): Promise<boolean> {
  const running = await ports.store.load(holder);
  // What was asked for later is not superseded by what only came late.
  if (running === undefined || running.createdAt > newer.createdAt) return false;
  const reason = `superseded by ${newer.id} (${newer.version})`;
  const { deployment } = await command(ports, running, { type: 'rollback', reason });
  return isTerminal(deployment.state.status);
}
