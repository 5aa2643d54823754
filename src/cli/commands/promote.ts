import type { CliRun } from '../cli-run.js';
import type { Program } from '../flags.js';
import { followedCommand, giveOrder } from '../give-order.js';

export function addPromote(program: Program, run: CliRun): void {
  followedCommand(program, 'promote')
    .description('go past the gate, wait or analysis that a deployment stands at')
    .option('--all', 'and past every one that is still to come')
    .action((id, flags) => {
      const all = flags.all === true;
      return giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.promote(id, by, { all }),
        tell: (_, by) => ({ text: [`, promoted ${all ? 'to the end ' : ''}by ${by}`] }),
      });
    });
}
