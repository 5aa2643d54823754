import type { CliRun } from '../session/cli-run.js';
import { parseText, type Program } from '../session/flags.js';
import { followedCommand, giveOrder } from './give-order.js';

export function addRetry(program: Program, run: CliRun): void {
  followedCommand(program, 'retry')
    .description('go on with a failed deployment where it stopped')
    .option('--reason <text>', 'why', parseText)
    .action((id, flags) =>
      giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.retry(id, by, { reason: flags.reason }),
        tell: (_, by) => ({ text: [`, retried by ${by}`] }),
      }),
    );
}
