import type { DeploymentId } from '../../domain/model/ids.js';
import { coverWords } from '../../domain/policy/override-coverage.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun } from '../session/cli-run.js';
import { parseText, type Program } from '../session/flags.js';
import { loadKnown } from '../session/load-known.js';
import { followedCommand, giveOrder, type Told } from './give-order.js';

export function addOverride(program: Program, run: CliRun): void {
  followedCommand(program, 'override')
    .description('let a deployment through what holds it now (windows, freezes), with a reason')
    .requiredOption('--reason <text>', 'why', parseText)
    .action((id, flags) =>
      giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.override(id, flags.reason, by),
        tell: (session, by) => whatFor(session, id, by),
      }),
    );
}

/** What it lets the deployment through; what comes later holds it again. */
async function whatFor(session: CliSession, id: DeploymentId, by: string): Promise<Told> {
  const { progress } = await loadKnown(session, id);
  const { reason = '', covers } = progress.override ?? {};
  return {
    text: [`, overridden by ${by}: ${reason}${coverWords(covers)}`],
    json: { covers: covers ?? null },
  };
}
