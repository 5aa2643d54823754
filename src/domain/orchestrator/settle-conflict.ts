import type { DeploymentId } from '../ids.js';
import type { Deployment } from '../plan/deployment.js';
import { isTerminal } from '../plan/plan-state.js';
import { assertNever } from '../assert-never.js';
import { command } from './command.js';
import type { Ending } from './ending.js';
import type { OrchestratorPorts } from './orchestrator-ports.js';

/** The slot is taken: what the service's policy makes of that. A rollback always waits for its turn. */
export async function settleConflict(
  ports: OrchestratorPorts,
  deployment: Deployment,
  holder: DeploymentId,
): Promise<Ending> {
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
    case 'supersede_waiting': {
      const gone = await supersede(ports, deployment);
      // Who was first in line for a free slot has nothing to hand over when it is cancelled.
      return gone.includes(holder)
        ? { kind: 'busy', ms: 0, deployment }
        : { kind: 'in_line', behind: holder, deployment };
    }
    case 'supersede_running': {
      const gone = await supersede(ports, deployment);
      const ended = gone.includes(holder) || (await sendBack(ports, deployment, holder));
      return ended
        ? { kind: 'busy', ms: 0, deployment }
        : { kind: 'in_line', behind: holder, deployment };
    }
    default:
      return assertNever(deployment.plan.policy.onConflict);
  }
}

/** Cancels what waits in line before this deployment; what already runs is left alone. */
async function supersede(ports: OrchestratorPorts, newer: Deployment): Promise<DeploymentId[]> {
  const gone: DeploymentId[] = [];
  const { waiting } = await ports.index.slot(newer);
  for (const id of waiting.slice(0, Math.max(0, waiting.indexOf(newer.id)))) {
    const older = await ports.store.load(id);
    if (older?.state.status !== 'approved') continue;
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
  if (running === undefined) return false;
  const reason = `superseded by ${newer.id} (${newer.version})`;
  const order = { type: 'rollback', reason, cause: 'request' } as const;
  const { deployment } = await command(ports, running, order);
  return isTerminal(deployment.state.status);
}
