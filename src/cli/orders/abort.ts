import type { DeploymentId } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { reasonOf } from '../../domain/model/deployment/plan-state.js';
import type { CliSession } from '../session/cli-ports.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT, type ExitCode } from '../session/exit-code.js';
import { parseText, type Program } from '../session/flags.js';
import { followedCommand, giveOrder } from './give-order.js';
import { loadKnown } from '../session/load-known.js';

export function addAbort(program: Program, run: CliRun): void {
  followedCommand(program, 'abort')
    .description('stop a deployment for good and put the previous version back')
    .option('--no-rollback', 'leave everything as it is; `retry` goes on from there')
    .option('--force', 'end it at once and wait for nothing, whatever hangs; puts nothing back')
    .option('--reason <text>', 'why; needed with --force', parseText)
    .action((id, flags) => {
      const force = flags.force === true;
      if (force && flags.reason === undefined) {
        throw new UsageError('reason: expected --reason with --force: it leaves targets unsettled');
      }
      const rollback = flags.rollback && !force;
      const reasonBy = (by: string): string => flags.reason ?? `aborted by ${by}`;
      return giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.abort(id, reasonBy(by), by, { rollback, force }),
        tell: async (session, by) => ({
          text: [`: ${force ? await endOf(session, id) : reasonBy(by)}`],
        }),
        exitCode: (deployment) => stoppedCode(deployment, rollback),
      });
    });
}

/** As it was written down: with what is known of each target. */
async function endOf(session: CliSession, id: DeploymentId): Promise<string> {
  return reasonOf((await loadKnown(session, id)).state) ?? '';
}

/** 0 where it came to what was asked for. */
function stoppedCode({ state }: Deployment, rollback: boolean): ExitCode {
  const wanted = rollback ? 'rolled_back' : 'failed';
  return state.status === wanted || state.status === 'cancelled' ? EXIT.ok : EXIT.failed;
}
