import type { CliRun } from '../session/cli-run.js';
import type { Program } from '../session/flags.js';
import { configOf, listeningCommand, listenOf } from '../session/listen-flags.js';

export function addServer(program: Program, run: CliRun): void {
  listeningCommand(program, 'server')
    .description('serve Bull Board and the health endpoints')
    .action((flags) => {
      const config = configOf(run, flags.config);
      const options = { ...run.connection(flags), ...listenOf(flags), config };
      return run.serve(() =>
        run.ports.runServer(options, ({ http, url, access }) => {
          if (flags.json) run.out.json({ http, url, access });
          else {
            run.out.line(`signalbox serves ${http}${url === http ? '' : `, for people at ${url}`}`);
            run.out.line(access);
          }
        }),
      );
    });
}
