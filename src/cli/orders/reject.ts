import type { CliRun } from '../session/cli-run.js';
import { parseText, type Program } from '../session/flags.js';
import { giveOrder, orderCommand } from './give-order.js';

export function addReject(program: Program, run: CliRun): void {
  orderCommand(program, 'reject')
    .description('cancel a deployment that has not begun')
    .option('--reason <text>', 'why', parseText)
    .action((id, flags) => {
      const reasonBy = (by: string): string => flags.reason ?? `rejected by ${by}`;
      return giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.cancel(id, reasonBy(by), by),
        tell: (_, by) => ({ text: [`: ${reasonBy(by)}`] }),
      });
    });
}
