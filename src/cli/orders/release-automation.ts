import { DEFAULT_ENVIRONMENT, environmentName, serviceKey } from '../../domain/model/ids.js';
import type { CliRun } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import {
  commandOf,
  parseEnvironment,
  parseName,
  parseService,
  type Program,
} from '../session/flags.js';
import { assertKnownPlace } from '../session/known-places.js';
import { personOf } from '../session/person.js';

export function addReleaseAutomation(program: Program, run: CliRun): void {
  commandOf(program, 'release-automation')
    .description('let promotions deploy a service again after an automatic rollback')
    .argument('<service>', 'the service whose automation is held', parseService)
    .option('-e, --environment <name>', 'else production', parseEnvironment)
    .option('--by <who>', 'who releases it; else USER', parseName)
    .action((service, flags) =>
      run.withSession(flags, async (session) => {
        const by = personOf(run, flags.by);
        const { environment = environmentName(DEFAULT_ENVIRONMENT) } = flags;
        const ref = { environment, service };
        await assertKnownPlace(session, ref);
        const { deploymentId, reason } = await session.freezes.releaseAutomation(ref, by);
        if (flags.json) run.out.json({ ...ref, deploymentId, reason, by });
        else {
          const why = `held since the rollback of ${deploymentId}: ${reason}`;
          run.out.line(`the automation of ${serviceKey(ref)} is released by ${by} (${why})`);
        }
        return EXIT.ok;
      }),
    );
}
