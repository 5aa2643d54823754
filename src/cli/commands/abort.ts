import type { Deployment } from '../../domain/plan/deployment.js';
import type { CliRun } from '../cli-run.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { parseText, type Program } from '../flags.js';
import { followedCommand, giveOrder } from '../give-order.js';

export function addAbort(program: Program, run: CliRun): void {
  followedCommand(program, 'abort')
    .description('stop a deployment for good and put the previous version back')
    .option('--no-rollback', 'leave everything as it is; `retry` goes on from there')
    .option('--reason <text>', 'why', parseText)
    .action((id, flags) => {
      const { rollback } = flags;
      const reasonBy = (by: string): string => flags.reason ?? `aborted by ${by}`;
      return giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.abort(id, reasonBy(by), by, { rollback }),
        tell: (_, by) => ({ text: [`: ${reasonBy(by)}`] }),
        exitCode: (deployment) => stoppedCode(deployment, rollback),
      });
    });
}

/** 0 where it came to what was asked for. */
function stoppedCode({ state }: Deployment, rollback: boolean): ExitCode {
  const wanted = rollback ? 'rolled_back' : 'failed';
  return state.status === wanted || state.status === 'cancelled' ? EXIT.ok : EXIT.failed;
}
