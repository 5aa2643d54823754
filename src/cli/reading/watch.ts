import type { CliRun } from '../session/cli-run.js';
import { commandOf, parseDeploymentId, parseDuration, type Program } from '../session/flags.js';
import { watchToEnd } from '../follow/watch-to-end.js';

export function addWatch(program: Program, run: CliRun): void {
  commandOf(program, 'watch')
    .description('follow a deployment to its end, and leave with the outcome as exit code')
    .argument('<id>', 'the deployment', parseDeploymentId)
    .option('--timeout <time>', 'leave with 4 after this long', parseDuration)
    .action((id, flags) =>
      run.withSession(flags, (session) => {
        const deadline = flags.timeout === undefined ? null : run.ports.now() + flags.timeout;
        return watchToEnd(run, session, { id, json: flags.json === true, deadline });
      }),
    );
}
