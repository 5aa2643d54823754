import { explanationView } from '../../contracts/views/explanation-view.js';
import { explain } from '../../domain/explain/explain.js';
import { givenUpDrains } from '../../domain/explain/drains.js';
import { failedCalls } from '../../domain/explain/failed-calls.js';
import type { Explanation } from '../../domain/explain/explanation.js';
import { outlinesFor } from '../../domain/fleet/outlines-for.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import { commandOf, parseDeploymentId, type Program } from '../session/flags.js';
import { loadKnown } from '../session/load-known.js';
import { writeExplanation } from '../render/explanation-text.js';

export function addExplain(program: Program, run: CliRun): void {
  commandOf(program, 'explain')
    .description('what holds a deployment, since when, who can lift it, and what comes next')
    .argument('<id>', 'the deployment', parseDeploymentId)
    .action((id, flags) =>
      run.withSession(flags, async (session) => {
        const deployment = await loadKnown(session, id);
        const now = run.ports.now();
        const explanation = await explained(session, deployment, now);
        const events = await session.index.events(id);
        const [failures, givenUp] = [failedCalls(events), givenUpDrains(events)];
        if (flags.json) run.out.json(explanationView(explanation, failures, givenUp));
        else writeExplanation(run.out, deployment, { ...explanation, failures, givenUp }, now);
        return EXIT.ok;
      }),
    );
}

async function explained(
  { store, index, freezes, calendar, roster }: CliSession,
  deployment: Deployment,
  now: number,
): Promise<Explanation> {
  const [slot, frozen, automationHold, service, workers] = await Promise.all([
    index.slot(deployment),
    freezes.list(),
    freezes.automationHold(deployment),
    store.service(deployment),
    roster.workers(),
  ]);
  const alive = workers.filter((worker) => worker.alive);
  const [top] = service.stable;
  const active = top && (await store.load(top.deploymentId));
  const outlines = await outlinesFor(roster, deployment.plan.configuration, deployment, alive);
  return explain({
    ...{ deployment, slot, freezes: frozen, automationHold, calendar, now },
    ...{ known: service.targets, service, active, workers, outlines },
  });
}
