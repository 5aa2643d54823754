import type { CliRun } from '../session/cli-run.js';
import { commandOf, type Program } from '../session/flags.js';
import { configOf } from '../session/listen-flags.js';

export function addWorker(program: Program, run: CliRun): void {
  commandOf(program, 'worker')
    .description('take jobs off the queues and carry them out')
    .option('--config <file>', 'else SIGNALBOX_CONFIG')
    .action((flags) => {
      const options = { ...run.connection(flags), config: configOf(run, flags.config) };
      return run.serve(() => run.ports.runWorker(options));
    });
}
