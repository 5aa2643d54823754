import type { CliRun } from '../session/cli-run.js';
import { parseText, type Program } from '../session/flags.js';
import { followedCommand, giveOrder, orderCommand } from './give-order.js';

export function addPause(program: Program, run: CliRun): void {
  orderCommand(program, 'pause')
    .description('begin nothing more for now; the service’s slot stays held')
    .option('--reason <text>', 'why', parseText)
    .action((id, flags) => {
      const reasonBy = (by: string): string => flags.reason ?? `paused by ${by}`;
      return giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.pause(id, reasonBy(by), by),
        tell: (_, by) => ({ text: [`: ${reasonBy(by)}`] }),
      });
    });
}

export function addResume(program: Program, run: CliRun): void {
  followedCommand(program, 'resume')
    .description('let a paused deployment go on')
    .option('--reason <text>', 'why', parseText)
    .action((id, flags) =>
      giveOrder(run, {
        id,
        flags,
        give: (producer, by) => producer.resume(id, by, { reason: flags.reason }),
      }),
    );
}
