import { JobResultSchema } from '../../contracts/jobs/job-result.js';
import { showView } from '../../contracts/views/deployment-view.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { type ServiceRef, serviceKey } from '../../domain/model/ids.js';
import { writePlan } from '../render/deployment-text.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun } from '../session/cli-run.js';
import { EXIT, type ExitCode, exitCodeOfSignal } from '../session/exit-code.js';
import { awaitJob, PICK_UP_MS, refusedOrder } from './await-job.js';
import { watchToEnd } from './watch-to-end.js';

export interface PlannedRollback {
  readonly jobId: string;
  readonly ref: ServiceRef;
  /** Whether to follow it to its end; else only until a worker has planned it. */
  readonly wait: boolean;
  /** Epoch milliseconds; `null` waits for ever. */
  readonly deadline: number | null;
  readonly json: boolean;
}

/** Tells what became of a rollback that is a deployment of its own: to a named version, or along a strategy. */
export async function rollbackToVersion(
  run: CliRun,
  session: CliSession,
  { jobId, ref, wait, deadline, json }: PlannedRollback,
): Promise<ExitCode> {
  const end = await awaitJob(run.ports, session, {
    ...{ queue: 'rollback', jobId },
    deadline: wait ? deadline : run.ports.now() + PICK_UP_MS,
    onSlow: () => run.out.note('No worker has picked the rollback up yet; still waiting.'),
  });
  if (end.kind === 'failed') throw refusedOrder(end.reason);
  if (end.kind !== 'completed') {
    const queued = `The rollback is queued as job ${jobId}`;
    if (end.kind === 'interrupted') {
      run.out.note(`${queued} and goes on by itself. No worker has picked it up yet.`);
      return exitCodeOfSignal(run.ports.interrupted);
    }
    run.out.note(`${queued}. No worker has picked it up yet.`);
    return wait ? EXIT.timedOut : EXIT.ok;
  }
  const { deploymentId } = JobResultSchema.parse(end.result);
  const deployment = deploymentId === null ? undefined : await session.store.load(deploymentId);
  if (deployment === undefined) {
    if (json) run.out.json({ deploymentId: null, state: null });
    else run.out.line(`Nothing is active in ${serviceKey(ref)}: there is nothing to roll back.`);
    return EXIT.ok;
  }
  const { id, version } = deployment;
  if (deployment.rollback === null && deployment.state.status === 'completed') {
    if (json) run.out.json(await viewOf(session, deployment));
    else run.out.line(`${version} is active in ${serviceKey(ref)} already (${id}): nothing to do.`);
    return EXIT.ok;
  }
  if (wait) return watchToEnd(run, session, { id, json, deadline, exitCode: wentBack });
  if (json) run.out.json(await viewOf(session, deployment));
  else writePlan(run.out, deployment);
  return EXIT.ok;
}

const viewOf = async ({ index }: CliSession, deployment: Deployment) =>
  showView(deployment, await index.events(deployment.id));

/** Its version is there; or, where no version was named, the one under way is off again. */
const wentBack = ({ state, rollback }: Deployment): ExitCode => {
  const good = rollback === null ? ['rolled_back', 'cancelled'] : ['completed'];
  return good.includes(state.status) ? EXIT.ok : EXIT.failed;
};
