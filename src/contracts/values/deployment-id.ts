import { createHash } from 'node:crypto';
import {
  type DeploymentId,
  deploymentId,
  type ServiceRef,
  serviceKey,
} from '../../domain/model/ids.js';

/**
 * The deployment that a plan job stands for. It follows from the request, so
 * that a redelivered job and a repeated request are the deployment that exists:
 * from the idempotency key where there is one, else from the job's own id.
 */
export function deploymentIdFor(
  ref: ServiceRef,
  idempotencyKey: string | undefined,
  jobId: string,
): DeploymentId {
  const source =
    idempotencyKey === undefined ? ['job', jobId] : ['key', serviceKey(ref), idempotencyKey];
  return deploymentId(`dep_${digest(source).slice(0, 26)}`);
}

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
