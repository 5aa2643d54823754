import type { RedisClient } from './connection.js';
import { keysOf } from './keys.js';
import { patiently, Script } from './load-scripts.js';

/**
 * The format of the records that this version reads and writes. Fields and events
 * may be added under the same number: versions that share it work side by side,
 * as the older ones keep the first and pass over the second. The number is raised
 * for every other change, and then no version touches what another wrote.
 */
export const RECORD_FORMAT = 2;

const CLAIM = new Script('claim-format.lua');

/** The records of this namespace have another format than this version's: nothing was changed. */
export class OtherRecordFormat extends Error {
  override readonly name = 'OtherRecordFormat';

  constructor(namespace: string, found: string) {
    super(
      `Namespace \`${namespace}\` in this Redis holds Signalbox records of format ${found.slice(0, 20)}; ` +
        `this version reads and writes format ${RECORD_FORMAT}. Nothing was changed. ` +
        'Use another namespace (SIGNALBOX_NAMESPACE) or an empty Redis, or run the version that wrote the records.',
    );
  }
}

/**
 * Before records are read. A namespace without a format is one that nobody has
 * written to; it stays so.
 *
 * @throws OtherRecordFormat
 */
export async function assertOwnFormat(redis: RedisClient, namespace: string): Promise<void> {
  const { format } = keysOf(namespace);
  assertOwn(namespace, await patiently(redis, () => redis.get(format)));
}

/**
 * Before the first record of a namespace is written: notes the format where there
 * is none yet.
 *
 * @throws OtherRecordFormat
 */
export async function claimFormat(redis: RedisClient, namespace: string): Promise<void> {
  assertOwn(namespace, String(await CLAIM.run(redis, [keysOf(namespace).format], [RECORD_FORMAT])));
}

function assertOwn(namespace: string, found: string | null): void {
  if (found === null || found === String(RECORD_FORMAT)) return;
  throw new OtherRecordFormat(namespace, found);
}
