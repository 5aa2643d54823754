import { monotonicFactory } from 'ulid';
import { deploymentId } from '../../domain/model/ids.js';
import type { IdSource } from '../../domain/ports/id-source.js';

/** Ids that sort by the time they were made. */
export function randomIds(): IdSource {
  const ulid = monotonicFactory();
  return { deploymentId: () => deploymentId(`dep_${ulid().toLowerCase()}`) };
}
