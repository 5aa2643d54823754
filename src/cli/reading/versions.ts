import { serviceVersionView } from '../../contracts/views/deployment-view.js';
import { DEFAULT_ENVIRONMENT, environmentName, serviceKey } from '../../domain/model/ids.js';
import { type VersionState, versionsOf } from '../../domain/model/service-version.js';
import type { CliRun } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import { commandOf, parseEnvironment, parseService, type Program } from '../session/flags.js';
import type { Tone } from '../text/paint.js';
import { agoText } from '../text/time-text.js';

const TONES: { readonly [S in VersionState]: Tone } = {
  active: 'good',
  superseded: 'faint',
  rolled_back: 'warn',
};

export function addVersions(program: Program, run: CliRun): void {
  commandOf(program, 'versions')
    .description('List the stable versions of a service: what a rollback can go back to')
    .argument('<service>', 'the service, as the configuration calls it', parseService)
    .option('-e, --environment <name>', 'else production', parseEnvironment)
    .action((service, flags) =>
      run.withSession(flags, async ({ index }) => {
        const { environment = environmentName(DEFAULT_ENVIRONMENT) } = flags;
        const ref = { service, environment };
        const versions = versionsOf(await index.versions(ref));
        if (flags.json) run.out.json(versions.map(serviceVersionView));
        else if (versions.length === 0) {
          run.out.line(`No version of ${serviceKey(ref)} was ever completed.`);
        } else {
          run.out.table(
            [
              { title: 'version', shrinks: true },
              { title: 'state' },
              { title: 'deployment' },
              { title: 'by' },
              { title: 'since' },
            ],
            versions.map(({ version, state, since, by, deploymentId }) => [
              version,
              [TONES[state], state],
              deploymentId,
              by,
              agoText(since, run.ports.now()),
            ]),
          );
        }
        return EXIT.ok;
      }),
    );
}
