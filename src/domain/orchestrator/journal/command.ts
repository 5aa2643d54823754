import type { Conclusion, Refusal } from '../../plan/machine/decision.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { PlanCommand } from '../../plan/machine/plan-command.js';
import type { DeploymentStore } from '../../ports/deployment-store.js';
import { Journal } from './journal.js';
import { lateOrder, mayBeLate } from './late-order.js';
import type { OrchestratorPorts } from '../orchestrator-ports.js';
import { workOwed } from '../../model/deployment/work-owed.js';

export type CommandPorts = Pick<OrchestratorPorts, 'clock' | 'publish' | 'configurations'> & {
  readonly store: Pick<DeploymentStore, 'load' | 'append' | 'service'>;
  /** Who gives the command, as events will name them. */
  readonly actor?: string;
};

/** What became of a command; `refusal` is null where it was accepted, now or earlier. */
export interface Commanded {
  readonly deployment: Deployment;
  readonly refusal: Refusal | null;
}

/**
 * Gives a deployment one order from outside, or what somebody outside a run
 * concludes of it (the rescuer, a failed job), and hands over what it owes then;
 * `handOver` is false for a caller that goes on to do that work itself.
 */
export async function command(
  ports: CommandPorts,
  deployment: Deployment,
  order: PlanCommand | Conclusion,
  handOver = true,
): Promise<Commanded> {
  const { store, clock, actor = 'signalbox' } = ports;
  const late = mayBeLate(order) ? await lateOrder(store, deployment, order) : null;
  if (late !== null) return { deployment, refusal: { code: 'plan/refused', message: late } };
  const journal = new Journal({ store, clock, actor }, deployment, null);
  const ticket =
    typeof order === 'function'
      ? journal.report(order)
      : journal.submit(await withInForce(ports, deployment, order));
  await journal.flush();
  for (const owed of journal.handedTo) await ports.publish(owed);
  const owed = handOver && ticket.refusal === null ? workOwed(journal.deployment) : null;
  if (owed) await ports.publish(owed);
  return { deployment: journal.deployment, refusal: ticket.refusal };
}

/** Who may approve is asked of the configuration of now. */
async function withInForce(
  { configurations }: CommandPorts,
  deployment: Deployment,
  order: PlanCommand,
): Promise<PlanCommand> {
  if (order.type !== 'approve' && order.type !== 'execute') return order;
  const inForce = (await configurations?.approval(deployment, true)) ?? null;
  return inForce === null ? order : { ...order, inForce };
}
