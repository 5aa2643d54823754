import type { CliRun } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import { commandOf, parseDeploymentId, type Program } from '../session/flags.js';
import { loadKnown } from '../session/load-known.js';
import { eventViews, showView } from '../../contracts/views/deployment-view.js';
import { writeDeployment } from '../render/deployment-text.js';

export function addShow(program: Program, run: CliRun): void {
  commandOf(program, 'show')
    .description('everything about one deployment')
    .argument('<id>', 'the deployment', parseDeploymentId)
    .action((id, flags) =>
      run.withSession(flags, async (session) => {
        const deployment = await loadKnown(session, id);
        const [events, known] = await Promise.all([
          session.index.events(id),
          session.index.targetStatuses(deployment),
        ]);
        if (flags.json) run.out.json(showView(deployment, events, known));
        else
          writeDeployment(
            run.out,
            deployment,
            eventViews(deployment, events),
            known,
            run.ports.now(),
          );
        return EXIT.ok;
      }),
    );
}
