import { Argument } from '@commander-js/extra-typings';
import { followOutput, printOutput } from '../follow/follow-output.js';
import type { CliRun } from '../session/cli-run.js';
import { UsageError } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import { commandOf, parseDeploymentId, type Program } from '../session/flags.js';
import { loadKnown } from '../session/load-known.js';

export function addLogs(program: Program, run: CliRun): void {
  commandOf(program, 'logs')
    .description('Show the output of driver calls, also while they run')
    .argument('<id>', 'the deployment', parseDeploymentId)
    .addArgument(new Argument('[target]', 'only the calls of this target'))
    .option('--follow', 'go on until the deployment has ended and everything is shown')
    .option('--timestamps', 'show when each line was written down')
    .action((id, target, flags) =>
      run.withSession(flags, async (session) => {
        const { plan } = await loadKnown(session, id);
        if (target !== undefined && !plan.targets.some((known) => known.id === target)) {
          const known = plan.targets.map((each) => each.id);
          throw new UsageError(`${id} has no target ${target}; its targets: ${known.join(', ')}`);
        }
        const request = {
          ...{ id, target: target ?? null, json: flags.json === true },
          timestamps: flags.timestamps === true,
        };
        if (!flags.follow) await printOutput(run, session, request);
        else if (!(await followOutput(run, session, request))) {
          run.out.note(`interrupted: ${id} goes on by itself, and more output of it may come`);
        }
        return EXIT.ok;
      }),
    );
}
