import type { StopSignals } from '../../domain/orchestrator/orchestrator-ports.js';
import type { Outcome } from './outcome.js';

/** What a processor may know of the job beside its data. */
export interface JobContext {
  readonly jobId: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
  /** Whether this is not the first time the job was handed out. */
  readonly redelivered: boolean;
  readonly stop: StopSignals;
  /** Writes a decision into the job, so that a redelivery does not decide again. */
  readonly pin: (data: object) => Promise<void>;
}

/** The body of one kind of job, over ports: testable without a queue. */
export interface Processor<Data> {
  perform(data: Data, context: JobContext): Promise<Outcome>;
  /** Called after the last attempt: a deployment must not wait for a job that is gone. */
  exhausted(data: Data, reason: string, context: JobContext): Promise<void>;
}
