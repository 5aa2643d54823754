import {
  awaitPlan,
  type Planned,
  type PublishedFor,
  publishedFor,
  waitWords,
} from '../follow/await-plan.js';
import { PICK_UP_MS } from '../follow/await-job.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun, CommonFlags } from '../session/cli-run.js';
import { EXIT, type ExitCode, exitCodeOfSignal } from '../session/exit-code.js';
import type { Program } from '../session/flags.js';
import { showView } from '../../contracts/views/deployment-view.js';
import { approvalLines } from '../render/approval-text.js';
import { writePlan } from '../render/deployment-text.js';
import { requestCommand, requestOf } from './request-flags.js';

export function addPlan(program: Program, run: CliRun): void {
  requestCommand(program, 'plan')
    .description('plan a deployment and show what it would do; it waits for approval')
    .action((service, version, flags) =>
      run.withSession(flags, async (session) => {
        const request = requestOf(service, version, flags);
        const published = publishedFor(await session.producer.plan(request), request);
        return reportPlan(run, session, published, flags);
      }),
    );
}

/** Waits shortly for a worker to plan what was published, and prints the plan and what it waits for, or that it is still to come. */
export async function reportPlan(
  run: CliRun,
  session: CliSession,
  published: PublishedFor,
  { json }: CommonFlags,
): Promise<ExitCode> {
  const planned = await awaitPlan(run, session, published, run.ports.now() + PICK_UP_MS);
  if (planned.kind !== 'planned')
    return reportWaiting(run, session, published, planned, json === true);
  const { deployment } = planned;
  if (json) run.out.json(showView(deployment, await session.index.events(deployment.id)));
  else {
    writePlan(run.out, deployment);
    for (const text of approvalLines(deployment)) run.out.line(['faint', text]);
  }
  return EXIT.ok;
}

/** There is no deployment yet to show: `state` is null where it will be one's. */
async function reportWaiting(
  run: CliRun,
  session: CliSession,
  published: PublishedFor,
  planned: Exclude<Planned, { kind: 'planned' }>,
  json: boolean,
): Promise<ExitCode> {
  const { deploymentId, jobId } = published;
  if (json) run.out.json({ id: deploymentId, jobId, state: null });
  else if (planned.kind === 'open' && planned.state === 'active') {
    run.out.line(`${deploymentId} is published; a worker is still planning it`);
  } else {
    run.out.line(`${deploymentId} is published and waits: ${await waitWords(session, published)}`);
  }
  return planned.kind === 'interrupted' ? exitCodeOfSignal(run.ports.interrupted) : EXIT.ok;
}
