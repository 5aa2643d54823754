import type { CliRun } from '../session/cli-run.js';
import { parseInteger, parseText, type Program } from '../session/flags.js';
import { followedCommand, giveOrder } from './give-order.js';

export function addPromote(program: Program, run: CliRun): void {
  followedCommand(program, 'promote')
    .description('go past the gate, wait or analysis that a deployment stands at')
    .option('--all', 'and past every one that is still to come')
    .option(
      '--step <n>',
      'only as long as it stands at this step, as explain counts them',
      parseInteger(1, 100_000),
    )
    .option('--reason <text>', 'why', parseText)
    .action((id, flags) => {
      const all = flags.all === true;
      const step = flags.step === undefined ? undefined : flags.step - 1;
      return giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.promote(id, by, { all, step, reason: flags.reason }),
        tell: (_, by) => ({ text: [`, promoted ${all ? 'to the end ' : ''}by ${by}`] }),
      });
    });
}
