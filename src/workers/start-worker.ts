import {
  type ConnectionOptions,
  DelayedError,
  type Job,
  UnrecoverableError,
  WaitingError,
  Worker,
} from 'bullmq';
import type { z } from 'zod';
import { type JobContract, MOST_JOB_BYTES } from '../contracts/define-job.js';
import type { JobResult } from '../contracts/job-result.js';
import { assertNever } from '../domain/assert-never.js';
import { Superseded } from '../domain/orchestrator/journal.js';
import type { StopSignals } from '../domain/orchestrator/orchestrator-ports.js';
import type { Log } from '../domain/ports/log.js';
import type { Outcome } from './outcome.js';
import type { JobContext, Processor } from './processor.js';

export interface StartOptions {
  readonly connection: ConnectionOptions;
  /** BullMQ's prefix: the partition's hash tag. */
  readonly prefix: string;
  readonly concurrency: number;
  readonly stop: StopSignals;
  readonly log: Log;
}

/**
 * The only file that speaks BullMQ's worker protocol: parse, perform, translate.
 *
 * BullMQ's lock decides who holds the job, our lease who works on the
 * deployment: losing the one loses nothing but a duplicate look at the other.
 * Stalls are counted over a job's whole life and waits make that long, hence
 * the high limit; what dies again and again is the rescuer's to end.
 */
export function startWorker<Data extends z.ZodType>(
  contract: JobContract<Data>,
  processor: Processor<z.output<Data>>,
  { connection, prefix, concurrency, stop, log }: StartOptions,
): Worker {
  const handle = async (job: Job, token?: string): Promise<JobResult> => {
    const fields = { queue: contract.queue, job: job.id, deployment: deploymentOf(job) };
    try {
      const data = parse(contract, job);
      const outcome = await performOrExhaust(processor, data, job, contextOf(job, stop));
      return await settle(job, token, outcome);
    } catch (error) {
      if (!isProtocol(error)) log.error({ ...fields, err: error }, 'job failed');
      throw error;
    }
  };
  const worker = new Worker(contract.queue, handle, {
    connection,
    prefix,
    concurrency,
    autorun: false,
    lockDuration: 10_000,
    stalledInterval: 5_000,
    maxStalledCount: 1_000,
    drainDelay: 5,
  });
  worker.on('error', (error) => log.warn({ queue: contract.queue, err: error }, 'queue trouble'));
  return worker;
}

function parse<Data extends z.ZodType>(contract: JobContract<Data>, job: Job): z.output<Data> {
  if (job.name !== contract.name) {
    throw new UnrecoverableError(
      `name: ${JSON.stringify(job.name.slice(0, 100))} is not known here, expected ${contract.name}`,
    );
  }
  const bytes = Buffer.byteLength(JSON.stringify(job.data ?? null));
  if (bytes > MOST_JOB_BYTES) {
    throw new UnrecoverableError(`data: ${bytes} bytes, expected at most ${MOST_JOB_BYTES}`);
  }
  const parsed = contract.data.safeParse(job.data);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'data'}: ${message}`,
  );
  throw new UnrecoverableError(said.slice(0, 10).join('; '));
}

async function performOrExhaust<Data>(
  processor: Processor<Data>,
  data: Data,
  job: Job,
  context: JobContext,
): Promise<Outcome> {
  try {
    return await processor.perform(data, context);
  } catch (error) {
    // Another run has taken over and says how this ends: nothing is left to do here but look again.
    if (error instanceof Superseded) return { kind: 'snooze', until: Date.now() + 1_000 };
    const lastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    if (lastAttempt) await processor.exhausted(data, String(error), context);
    throw error;
  }
}

async function settle(job: Job, token: string | undefined, outcome: Outcome): Promise<JobResult> {
  switch (outcome.kind) {
    case 'done':
      return outcome.result;
    case 'discard':
      throw new UnrecoverableError(outcome.reason);
    case 'snooze':
      await job.moveToDelayed(outcome.until, token);
      throw new DelayedError();
    case 'hand_back':
      await job.moveToWait(token);
      throw new WaitingError();
    default:
      return assertNever(outcome);
  }
}

function contextOf(job: Job, stop: StopSignals): JobContext {
  return {
    jobId: job.id ?? '',
    publishedAt: job.timestamp,
    redelivered: job.attemptsStarted > 1,
    stop,
    pin: (data) => job.updateData(data),
  };
}

const isProtocol = (error: unknown): boolean =>
  error instanceof DelayedError || error instanceof WaitingError;

function deploymentOf({ data }: Job): string | undefined {
  const id: unknown = data?.deploymentId;
  return typeof id === 'string' ? id.slice(0, 64) : undefined;
}
