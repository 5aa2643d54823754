import {
  type ConnectionOptions,
  DelayedError,
  type Job,
  UnrecoverableError,
  WaitingError,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import type { z } from 'zod';
import type { JobContract } from '../../contracts/jobs/define-job.js';
import { JobRequestSchema } from '../../contracts/jobs/job-request.js';
import type { JobResult } from '../../contracts/jobs/job-result.js';
import { assertNever } from '../../domain/model/assert-never.js';
import { Fenced } from '../../domain/orchestrator/journal/fenced.js';
import type { StopSignals } from '../../domain/orchestrator/orchestrator-ports.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { Log } from '../../domain/ports/log.js';
import { boundsRefusal } from './job-bounds.js';
import type { ArrivedJob, JobGate } from './job-gate.js';
import type { HandOver } from './hand-over.js';
import type { Outcome } from './outcome.js';
import type { JobContext, Processor } from './processor.js';
import { TakenJobs } from './taken-jobs.js';
import { UnreadableJobs } from './unreadable-jobs.js';

export interface StartOptions {
  readonly connection: ConnectionOptions;
  /** BullMQ's prefix: the partition's hash tag. */
  readonly prefix: string;
  readonly concurrency: number;
  readonly stop: StopSignals;
  readonly log: Log;
  /** The one by which the ends of waits are told. */
  readonly clock: Clock;
  /** Decides whose jobs are taken; everybody's where there is none. */
  readonly gate?: JobGate | undefined;
  /** Gives what this worker is not configured for to others; everything is dealt with here where there is none. */
  readonly handOver?: HandOver;
}

export interface StartedWorker {
  readonly worker: Worker;
  /** What others hand to it. */
  readonly taken: TakenJobs;
}

/**
 * An idle worker looks for jobs itself this often, in seconds: the wake-up for
 * one may have gone to a worker that is frozen or cut off, and to nobody else.
 */
const LOOK_AGAIN_S = 1;

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
  options: StartOptions,
): StartedWorker {
  const { connection, prefix, concurrency, stop, log, clock, gate } = options;
  const handle = async (job: Job, token?: string): Promise<JobResult> => {
    const fields = { queue: contract.queue, job: job.id, deployment: deploymentOf(job) };
    taken.inHand.add(fields);
    try {
      if (!Number.isInteger(job.attemptsMade)) await refuseUncounted(job, unreadable);
      const data = parse(contract, job);
      const arrived = arrivedOf(contract, job);
      const entry = gate && { gate, arrived };
      // First: the publishers of a service are known where it is configured.
      const barred =
        (await options.handOver?.outcomeFor(arrived)) ?? (await gate?.outcomeFor(arrived));
      if (barred) return await settle(job, token, barred, options);
      const context = contextOf(job, stop, entry);
      const outcome = await performOrExhaust(processor, data, job, context, clock);
      await entry?.gate.ended(entry.arrived, outcome);
      return await settle(job, token, outcome, options);
    } catch (error) {
      if (!isProtocol(error)) log.error({ ...fields, err: error }, 'job failed');
      throw error;
    } finally {
      taken.inHand.delete(fields);
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
    drainDelay: LOOK_AGAIN_S,
    ...keptJobs(contract),
  });
  const taken = new TakenJobs(worker, concurrency);
  const unreadable = new UnreadableJobs(worker, contract.options, log);
  worker.on('error', (error) => {
    log.warn({ queue: contract.queue, err: error }, 'queue trouble');
    // A job that can't be read throws where nobody knows which one it was.
    unreadable.look();
  });
  return { worker, taken };
}

/** For jobs that were published without a word about it: BullMQ would keep them for ever. */
function keptJobs({
  options,
}: JobContract): Pick<WorkerOptions, 'removeOnComplete' | 'removeOnFail'> {
  const { removeOnComplete, removeOnFail } = options;
  return {
    ...(typeof removeOnComplete === 'object' && { removeOnComplete }),
    ...(typeof removeOnFail === 'object' && { removeOnFail }),
  };
}

/** BullMQ could not end it: what it counts in is no number. */
async function refuseUncounted({ id = '' }: Job, unreadable: UnreadableJobs): Promise<never> {
  throw new UnrecoverableError((await unreadable.repair(id)) ?? 'attempts made: not readable');
}

/** A reason is read by people, and may repeat names that the publisher chose. */
const MOST_REASON = 2_000;

function parse<Data extends z.ZodType>(contract: JobContract<Data>, job: Job): z.output<Data> {
  // There is none where an id was put into the list and no job beside it.
  const name: string | undefined = job.name;
  if (name !== contract.name) {
    const told =
      name === undefined ? 'missing' : `${JSON.stringify(name.slice(0, 100))} is not known here`;
    throw new UnrecoverableError(`name: ${told}, expected ${contract.name}`);
  }
  const refusal = boundsRefusal(job.data);
  if (refusal !== null) throw new UnrecoverableError(refusal);
  const parsed = contract.data.safeParse(job.data);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'data'}: ${message}`,
  );
  throw new UnrecoverableError(said.slice(0, 10).join('; ').slice(0, MOST_REASON));
}

async function performOrExhaust<Data>(
  processor: Processor<Data>,
  data: Data,
  job: Job,
  context: JobContext,
  clock: Clock,
): Promise<Outcome> {
  try {
    return await processor.perform(data, context);
  } catch (error) {
    // Another run has taken over and says how this ends: nothing is left to do here but look again.
    if (error instanceof Fenced) return { kind: 'snooze', until: clock.now() + 1_000 };
    const lastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    if (lastAttempt) await processor.exhausted(data, String(error), context);
    throw error;
  }
}

async function settle(
  job: Job,
  token: string | undefined,
  outcome: Outcome,
  { clock, handOver }: Pick<StartOptions, 'clock' | 'handOver'>,
): Promise<JobResult> {
  switch (outcome.kind) {
    case 'done':
      return outcome.result;
    case 'discard':
      throw new UnrecoverableError(outcome.reason);
    case 'snooze':
      await job.moveToDelayed(await wakingTime(outcome.until, clock), token);
      throw new DelayedError();
    case 'hand_on': {
      const held = { queue: job.queueName, jobId: job.id ?? '', token: token ?? '' };
      await handOver?.handOn(held, outcome);
      // Given up, or held by somebody else by now: BullMQ is to leave it alone.
      throw new DelayedError();
    }
    case 'hand_back':
      await job.moveToWait(token);
      throw new WaitingError();
    default:
      return assertNever(outcome);
  }
}

/** A job that comes too early, as it does on a host whose clock is ahead, is given back after this. */
const TOO_EARLY_MS = 250;

/**
 * BullMQ wakes a job by the clock of whichever host looks first. One that is
 * behind tells it an earlier time, so that it wakes it in time itself; whoever
 * is woken too early looks, and lets it sleep on.
 */
async function wakingTime(until: number, clock: Clock): Promise<number> {
  const now = clock.now();
  const host = Date.now();
  const early = until - now;
  if (early > 0 && until <= host) await clock.sleep(Math.min(early, TOO_EARLY_MS));
  return until - Math.max(0, now - host);
}

interface Entry {
  readonly gate: JobGate;
  readonly arrived: ArrivedJob;
}

/** What the gate looks at, of a job that keeps its contract. */
function arrivedOf({ queue, name }: JobContract, job: Job): ArrivedJob {
  const { id: jobId = '', timestamp: publishedAt, data } = job;
  return { queue, name, jobId, publishedAt, data, request: JobRequestSchema.parse(data) };
}

function contextOf(job: Job, stop: StopSignals, entry: Entry | undefined): JobContext {
  return {
    jobId: job.id ?? '',
    publishedAt: job.timestamp,
    redelivered: job.attemptsStarted > 1,
    stop,
    pin: (data) => {
      const write = () => job.updateData(data);
      return entry ? entry.gate.pin(entry.arrived, job.data, data, write) : write();
    },
  };
}

const isProtocol = (error: unknown): boolean =>
  error instanceof DelayedError || error instanceof WaitingError;

function deploymentOf({ data }: Job): string | undefined {
  const id: unknown = data?.deploymentId;
  return typeof id === 'string' ? id.slice(0, 64) : undefined;
}
