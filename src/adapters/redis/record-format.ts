import type { RedisClient } from './connection.js';
import { keysOf } from './keys.js';
import { Script } from './load-scripts.js';

/**
 * The format of the records that this version writes. Fields and events may be
 * added without a new one, as older versions keep the first and pass over the
 * second; it is raised when they could no longer work on what is written, and
 * then no two formats run side by side.
 */
const FORMAT = 1;

const CLAIM = new Script('claim-format.lua');

/** The records were written by a version that is too new for this one. */
export class NewerRecords extends Error {
  override readonly name = 'NewerRecords';
}

/**
 * Notes the format of a namespace, and refuses one that is not known here.
 *
 * @throws NewerRecords
 */
export async function assertKnownFormat(redis: RedisClient, namespace: string): Promise<void> {
  const format = Number(await CLAIM.run(redis, [keysOf(namespace).format], [FORMAT]));
  if (format <= FORMAT) return;
  throw new NewerRecords(
    `the records of namespace ${namespace} have format ${format}, and this version knows them up to format ${FORMAT}: run the version that wrote them, or a newer one`,
  );
}
