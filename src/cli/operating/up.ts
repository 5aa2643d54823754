import type { CliRun } from '../session/cli-run.js';
import type { Program } from '../session/flags.js';
import { configOf, listeningCommand, listenOf } from '../session/listen-flags.js';

export function addUp(program: Program, run: CliRun): void {
  listeningCommand(program, 'up')
    .description('worker, server and, where none is given, Redis in one process')
    .option('--data-dir <folder>', 'where a Redis of its own keeps its data')
    .action((flags) => {
      const config = configOf(run, flags.config);
      const { dataDir } = flags;
      const options = { ...run.connection(flags), ...listenOf(flags), config, dataDir };
      return run.serve(() =>
        run.ports.runUp(options, ({ http, url, redis, access }) => {
          if (flags.json) run.out.json({ http, url, redis, access });
          else {
            run.out.line(`signalbox is up: ${http} (queues at ${url.replace(/\/$/, '')}/queues)`);
            run.out.line(`Redis: ${redis}`);
            run.out.line(access);
          }
        }),
      );
    });
}
