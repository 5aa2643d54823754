import { leftTargets } from '../../domain/audit/left-targets.js';
import { serviceKey } from '../../domain/model/ids.js';
import { placesBehindOf } from '../../domain/reconcile/missed-by.js';
import { behindText } from '../text/behind-text.js';
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
        const known = await Promise.all(active.map((each) => index.targetStatuses(each)));
        const left = known.map((statuses) => leftTargets(statuses, null));
        const behind = known.map((statuses) => placesBehindOf(statuses.values()));
        if (flags.json) {
          run.out.json(
            active.map((each, at) => ({
              ...activeView(each),
              ...((left[at] ?? []).length > 0 && { removedTargets: left[at] }),
              ...((behind[at] ?? []).length > 0 && { balancersBehind: behind[at] }),
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
            const places = behind[at] ?? [];
            if (places.length > 0) {
              run.out.line(['warn', `${serviceKey(each)}: ${behindText(places)}`]);
            }
          }
        }
        return EXIT.ok;
      }),
    );
}
