import { createHash } from 'node:crypto';
import {
  type DeploymentId,
  deploymentId,
  type ServiceRef,
  serviceKey,
} from '../../domain/model/ids.js';

/** One job, however often it is handed out. Its id alone is not: BullMQ gives it again once the job is gone. */
export interface JobIdentity {
  readonly jobId: string;
  /** The job's own timestamp, epoch milliseconds. */
  readonly publishedAt: number;
}

/**
 * The deployment that a plan job stands for. It follows from the request, so
 * that a redelivered job and a repeated request are the deployment that exists:
 * from the idempotency key where there is one, else from the job itself.
 */
export const deploymentIdFor = (
  ref: ServiceRef,
  idempotencyKey: string | undefined,
  { jobId, publishedAt }: JobIdentity,
): DeploymentId =>
  idempotencyKey === undefined
    ? idOf(['job', jobId, String(publishedAt)])
    : deploymentIdForKey(ref, idempotencyKey);

export const deploymentIdForKey = (ref: ServiceRef, idempotencyKey: string): DeploymentId =>
  idOf(['key', serviceKey(ref), idempotencyKey]);

const idOf = (source: readonly string[]): DeploymentId =>
  deploymentId(`dep_${digest(source).slice(0, 26)}`);

/** Equal for requests that ask for the same. */
export const requestDigest = (request: object): string =>
  digest([JSON.stringify(request, sortKeys)]).slice(0, 32);

/** Base 36 of a SHA-256: letters and digits only, as ids want. */
function digest(parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join('\u0000')).digest('hex');
  return BigInt(`0x${hash}`).toString(36).padStart(50, '0');
}

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
