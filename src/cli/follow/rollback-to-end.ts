import { JobResultSchema } from '../../contracts/jobs/job-result.js';
import type { DeploymentId, ServiceRef } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { awaitJob, type JobEnd, refusedOrder } from './await-job.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun } from '../session/cli-run.js';
import { EXIT, type ExitCode, exitCodeOfSignal } from '../session/exit-code.js';
import { watchToEnd } from './watch-to-end.js';

export interface AwaitedRollback {
  readonly jobId: string;
  /** As it stood before the job was published; what the worker picks may be another. */
  readonly subject: Deployment | null;
  readonly deadline: number | null;
  readonly json: boolean;
}

/** Shows a published rollback until its end: 0 once the version is off again, or where there was none. */
export async function rollbackToEnd(
  run: CliRun,
  session: CliSession,
  { jobId, subject, deadline, json }: AwaitedRollback,
): Promise<ExitCode> {
  const job = { queue: 'rollback', jobId, deadline } as const;
  const watch = (id: DeploymentId): Promise<ExitCode> => {
    const after = id === subject?.id ? subject.revision : 0;
    return watchToEnd(run, session, { id, json, after, deadline, exitCode: rolledBackCode });
  };
  const begun = await awaitJob(run.ports, session, {
    ...job,
    onSlow: () => run.out.note('no worker has taken the rollback up yet; still waiting'),
    meanwhile: async () => !json && subject !== null && (await isGoingBack(session, subject.id)),
  });
  if (begun.kind !== 'overtaken' || subject === null) return conclude(run, begun, watch, json);

  const code = await watch(subject.id);
  if (code === EXIT.timedOut || run.ports.interrupted.aborted) return code;
  // The job says for certain which deployment it meant.
  const end = await awaitJob(run.ports, session, job);
  const meant = subjectOf(end);
  return meant === null || meant === subject.id ? code : watch(meant);
}

/** Which deployment a rollback of the service will most likely mean: the one under way, else the active one. */
export async function likelySubject(
  { index, store }: CliSession,
  ref: ServiceRef,
): Promise<Deployment | null> {
  const { holder } = await index.slot(ref);
  const id = holder ?? (await index.active(ref))?.deploymentId;
  return (id && (await store.load(id))) ?? null;
}

async function conclude(
  run: CliRun,
  end: JobEnd,
  watch: (id: DeploymentId) => Promise<ExitCode>,
  json: boolean,
): Promise<ExitCode> {
  if (end.kind === 'failed') throw refusedOrder(end.reason);
  if (end.kind === 'completed') {
    const meant = subjectOf(end);
    if (meant !== null) return watch(meant);
    if (json) run.out.json({ deploymentId: null, state: null });
    else run.out.line('nothing is active: there is nothing to roll back');
    return EXIT.ok;
  }
  if (end.kind !== 'interrupted') {
    run.out.note('the rollback is published, and no worker has begun it yet');
    return EXIT.timedOut;
  }
  run.out.note(
    'interrupted: the rollback is published and goes on by itself; no worker has begun it yet',
  );
  return exitCodeOfSignal(run.ports.interrupted);
}

function subjectOf(end: JobEnd): DeploymentId | null {
  if (end.kind !== 'completed') return null;
  return JobResultSchema.parse(end.result).deploymentId;
}

async function isGoingBack({ store }: CliSession, id: DeploymentId): Promise<boolean> {
  return (await store.load(id))?.state.status === 'rolling_back';
}

/** What had not begun is cancelled by a rollback: that, too, is what was asked for. */
const rolledBackCode = ({ state }: Deployment): ExitCode =>
  state.status === 'rolled_back' || state.status === 'cancelled' ? EXIT.ok : EXIT.failed;
