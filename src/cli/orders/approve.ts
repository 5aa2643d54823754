import type { DeploymentId } from '../../domain/model/ids.js';
import { deploymentView } from '../../contracts/views/deployment-view.js';
import { approvalInForce } from '../../domain/fleet/approval-in-force.js';
import { nobodyCanApprove } from '../../domain/policy/approvers-left.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun } from '../session/cli-run.js';
import { parseText, type Program } from '../session/flags.js';
import { followedCommand, giveOrder, type Told } from './give-order.js';
import { loadKnown } from '../session/load-known.js';
import { count } from '../render/step-text.js';

export function addApprove(program: Program, run: CliRun): void {
  followedCommand(program, 'approve')
    .description('let a draft be carried out')
    .option('--reason <text>', 'why', parseText)
    .option('--older', 'also where it was planned before what is active now')
    .action((id, flags) =>
      giveOrder(run, {
        id,
        flags,
        give: (producer, by) =>
          producer.approve(id, by, { reason: flags.reason, older: flags.older }),
        tell: (session, by) => missingApprovals(session, id, by),
      }),
    );
}

/** Where several must approve, one alone does not let it begin. */
async function missingApprovals(session: CliSession, id: DeploymentId, by: string): Promise<Told> {
  const deployment = await loadKnown(session, id);
  const { missing, required, given } = deploymentView(deployment).approvals;
  if (missing === 0) return { text: [` by ${by}`], json: { missing } };
  const more = `; ${given.length} of ${required} approvals, ${count(missing, 'more is', 'more are')} needed`;
  const inForce = approvalInForce(await session.roster.workers(), deployment);
  const { policy } = inForce ?? deployment.plan;
  const { requestedBy } = deployment;
  const nobody = nobodyCanApprove(policy, { requestedBy, given });
  const warning = nobody === null ? '' : `, and nobody can give what is missing: ${nobody}`;
  return { text: [` by ${by}${more}${warning}`], json: { missing } };
}
