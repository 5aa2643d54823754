import type { DeploymentId } from '../../domain/model/ids.js';
import { deploymentView } from '../../contracts/views/deployment-view.js';
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
    .action((id, flags) =>
      giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.approve(id, by, { reason: flags.reason }),
        tell: (session, by) => missingApprovals(session, id, by),
      }),
    );
}

/** Where several must approve, one alone does not let it begin. */
async function missingApprovals(session: CliSession, id: DeploymentId, by: string): Promise<Told> {
  const { approvals } = deploymentView(await loadKnown(session, id));
  const { missing, required, given } = approvals;
  const more =
    missing === 0
      ? ''
      : `; ${given.length} of ${required} approvals, ${count(missing, 'more is', 'more are')} needed`;
  return { text: [` by ${by}${more}`], json: { missing } };
}
