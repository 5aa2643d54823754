import type { CliRun } from '../session/cli-run.js';
import { parseText, type Program } from '../session/flags.js';
import { followedCommand, giveOrder } from './give-order.js';

export function addOverride(program: Program, run: CliRun): void {
  followedCommand(program, 'override')
    .description('let a deployment through windows and freezes; the reason is recorded')
    .requiredOption('--reason <text>', 'why', parseText)
    .action((id, flags) =>
      giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.override(id, flags.reason, by),
        tell: (_, by) => ({ text: [`, overridden by ${by}: ${flags.reason}`] }),
      }),
    );
}
