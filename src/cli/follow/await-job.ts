import type { QueueName } from '../../contracts/jobs/define-job.js';
import type { CliPorts, CliSession, JobView } from '../session/cli-ports.js';
import { UsageError } from '../session/cli-run.js';
import { sleep } from '../session/wake.js';
import { Patience } from './patience.js';

const POLL_MS = 100;
/** How long the CLI waits for a worker to take a job up before it says that none has. */
export const PICK_UP_MS = 10_000;

export type JobEnd =
  | { readonly kind: 'completed'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Not ended by the deadline. */
  | { readonly kind: 'open'; readonly state: 'pending' | 'active' }
  | { readonly kind: 'interrupted' }
  /** What `meanwhile` looked for has come, before the job's end. */
  | { readonly kind: 'overtaken' };

export interface AwaitedJob {
  readonly queue: QueueName;
  readonly jobId: string;
  /** Epoch milliseconds; null waits for ever. */
  readonly deadline: number | null;
  /** Told once, when no worker has taken the job up for a while. */
  readonly onSlow?: () => Promise<void> | void;
  /** Looked at between two looks at the job; true ends the wait. */
  readonly meanwhile?: (job: JobView | null) => Promise<boolean>;
}

export async function awaitJob(
  ports: Pick<CliPorts, 'now' | 'interrupted'>,
  session: CliSession,
  { queue, jobId, deadline, onSlow, meanwhile }: AwaitedJob,
): Promise<JobEnd> {
  const { now, interrupted } = ports;
  const since = now();
  const patience = new Patience(ports);
  let state: JobView['state'] = 'pending';
  let said = onSlow === undefined;
  for (;;) {
    const seen = await patience.look(async () => {
      const job = await session.job(queue, jobId);
      const over = job?.state === 'completed' || job?.state === 'failed';
      return { job, overtaken: !over && (await meanwhile?.(job)) === true };
    });
    if (seen !== null) {
      const { job, overtaken } = seen;
      state = job?.state ?? 'pending';
      if (job?.state === 'completed') return { kind: 'completed', result: job.result };
      if (job?.state === 'failed') return { kind: 'failed', reason: job.failedReason ?? 'refused' };
      if (overtaken) return { kind: 'overtaken' };
    }
    if (interrupted.aborted) return { kind: 'interrupted' };
    if (deadline !== null && now() >= deadline) {
      return { kind: 'open', state: state === 'active' ? 'active' : 'pending' };
    }
    if (!said && seen !== null && state === 'pending' && now() - since >= PICK_UP_MS) {
      said = (await patience.look(async () => ({ said: await onSlow?.() }))) !== null;
    }
    await sleep(POLL_MS, interrupted);
  }
}

/** Why a worker did not do it: a name that nothing is called is a mistake in the command. */
export const refusedOrder = (reason: string): Error =>
  /^(?:service|environment): /.test(reason) ? new UsageError(reason) : new Error(reason);
