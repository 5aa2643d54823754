import { awaitPlan, type PublishedFor, publishedFor } from '../follow/await-plan.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun, CommonFlags } from '../session/cli-run.js';
import { EXIT, type ExitCode, exitCodeOfSignal } from '../session/exit-code.js';
import { parseDuration, type Program } from '../session/flags.js';
import { approvalLines } from '../render/approval-text.js';
import { requestCommand, requestOf } from './request-flags.js';
import { watchToEnd } from '../follow/watch-to-end.js';
import { reportPlan } from './plan.js';

export function addDeploy(program: Program, run: CliRun): void {
  requestCommand(program, 'deploy')
    .description('bring a service to a version')
    .option('--wait', 'show the progress, and leave with the outcome as exit code')
    .option('--timeout <time>', 'with --wait: leave with 4 after this long', parseDuration)
    .action((service, version, flags) =>
      run.withSession(flags, async (session) => {
        const deadline = flags.timeout === undefined ? null : run.ports.now() + flags.timeout;
        const request = requestOf(service, version, flags);
        const published = publishedFor(await session.producer.deploy(request), request);
        return flags.wait
          ? deployToEnd(run, session, published, deadline, flags)
          : reportPlan(run, session, published, flags);
      }),
    );
}

async function deployToEnd(
  run: CliRun,
  session: CliSession,
  published: PublishedFor,
  deadline: number | null,
  { json }: CommonFlags,
): Promise<ExitCode> {
  const { deploymentId, jobId } = published;
  const planned = await awaitPlan(run, session, published, deadline);
  if (planned.kind !== 'planned') {
    if (json) run.out.json({ id: deploymentId, jobId, state: null });
    const why = planned.kind === 'open' ? 'the time is up' : 'interrupted';
    run.out.note(
      `${why}: ${deploymentId} is published and goes on by itself; no worker has planned it yet`,
    );
    return planned.kind === 'open' ? EXIT.timedOut : exitCodeOfSignal(run.ports.interrupted);
  }
  for (const text of approvalLines(planned.deployment)) run.out.note(text);
  return watchToEnd(run, session, { id: deploymentId, json: json === true, deadline });
}
