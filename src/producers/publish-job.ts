import type { z } from 'zod';
import { type JobContract, MOST_JOB_BYTES } from '../contracts/jobs/define-job.js';
import { shapeRefusal } from '../contracts/values/data-shape.js';
import type { JobQueues } from './job-queue.js';

/** A request breaks its contract: nothing was published. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  /** The field at fault, as a path. */
  readonly path: string;

  constructor(path: string, message: string) {
    super(`${path || 'request'}: ${message}`);
    this.path = path;
  }
}

/** @throws InvalidRequest that names the field, also where the request is too deep to be walked through */
export function checkRequest<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const shape = shapeRefusal(input);
  if (shape !== null) throw new InvalidRequest(shape.field, shape.message);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidRequest(issue?.path.join('.') ?? '', issue?.message ?? 'invalid');
}

/**
 * Validates on the way out as the worker does on the way in: one contract, both ends.
 *
 * @param publishedAt the job's timestamp (epoch milliseconds), where what it stands for is told at once
 * @throws InvalidRequest
 */
export async function publishJob<Data extends z.ZodType>(
  queues: JobQueues,
  contract: JobContract<Data>,
  input: z.input<Data> & object,
  jobId: string,
  publishedAt?: number,
): Promise<z.output<Data>> {
  const checked = checkRequest(contract.data, input);
  const signature = queues.sign?.({
    queue: contract.queue,
    name: contract.name,
    jobId,
    data: input,
  });
  const data = signature ? { ...input, signature } : input;
  const bytes = new TextEncoder().encode(JSON.stringify(data)).length;
  if (bytes > MOST_JOB_BYTES) {
    throw new InvalidRequest('', `${bytes} bytes of JSON: expected at most ${MOST_JOB_BYTES}`);
  }
  const identity = publishedAt === undefined ? { jobId } : { jobId, timestamp: publishedAt };
  await queues.add(contract.queue, contract.name, data, { ...contract.options, ...identity });
  return checked;
}
