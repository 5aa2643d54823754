import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { withoutSignature } from './signed-job.js';

/** Equal for the same content of a job, whoever signed it. */
export const jobDigest = (data: object): string =>
  createHash('sha256')
    .update(canonicalJson(withoutSignature(data)))
    .digest('base64url');
