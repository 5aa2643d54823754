import { MOST_JOB_BYTES } from '../../contracts/jobs/define-job.js';
import { shapeRefusal } from '../../contracts/values/data-shape.js';

/** Why a job's data is refused before its contract is asked; `null` when it may be. */
export function boundsRefusal(data: unknown): string | null {
  // Before its size: writing down what is too deep would exhaust the stack.
  const shape = shapeRefusal(data);
  if (shape !== null) return `${shape.field || 'data'}: ${shape.message}`;
  const bytes = Buffer.byteLength(JSON.stringify(data ?? null));
  return bytes > MOST_JOB_BYTES ? `data: ${bytes} bytes, expected at most ${MOST_JOB_BYTES}` : null;
}
