import { createHash } from 'node:crypto';
import { canonicalJson } from '../values/canonical-json.js';
import { withoutSignature } from '../values/signed-job.js';

/** Equal for the same content of a job, whoever signed it. */
export const jobDigest = (data: object): string =>
  createHash('sha256')
    .update(canonicalJson(withoutSignature(data)))
    .digest('base64url');
