import { leftTargets } from '../../domain/audit/left-targets.js';
import { leftTexts } from '../render/left-targets-text.js';
import type { CliRun } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import { commandOf, type Program } from '../session/flags.js';
import { activeView } from '../../contracts/views/deployment-view.js';
import { workerView } from '../../contracts/views/worker-view.js';
import { writeKnownServices } from './known-services.js';
import { agoText } from '../text/time-text.js';

export function addServices(program: Program, run: CliRun): void {
  commandOf(program, 'services')
    .description('the active deployment of each service')
    .option('--workers', 'which worker is configured for which service')
    .action((flags) =>
      run.withSession(flags, async ({ index, roster }) => {
        if (flags.workers) {
          const workers = await roster.workers();
          if (flags.json) run.out.json(workers.map(workerView));
          else writeKnownServices(run.out, workers, run.ports.now());
          return EXIT.ok;
        }
        const active = await index.activeDeployments();
        const left = await Promise.all(
          active.map(async (each) => leftTargets(await index.targetStatuses(each), null)),
        );
        if (flags.json) {
          run.out.json(
            active.map((each, at) => ({
              ...activeView(each),
              ...((left[at] ?? []).length > 0 && { removedTargets: left[at] }),
            })),
          );
        } else if (active.length === 0) run.out.line('nothing is deployed yet');
        else {
          run.out.table(
            [
              { title: 'environment', shrinks: true },
              { title: 'service', shrinks: true },
              { title: 'version', shrinks: true },
              { title: 'deployment' },
              { title: 'since' },
            ],
            active.map(({ environment, service, version, deploymentId, since }) => [
              environment,
              service,
              version ?? ['warn', 'unknown'],
              deploymentId,
              agoText(since, run.ports.now()),
            ]),
          );
          for (const [at, each] of active.entries()) {
            for (const { text } of leftTexts(each, left[at] ?? [])) run.out.line(['warn', text]);
          }
        }
        return EXIT.ok;
      }),
    );
}
