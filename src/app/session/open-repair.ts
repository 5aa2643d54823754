import { RedisAuditSource } from '../../adapters/redis/repair/audit-source.redis.js';
import { RedisRepairStore } from '../../adapters/redis/repair/repair-store.redis.js';
import type { ConnectionFlags } from '../../cli/session/connection-flags.js';
import type { RepairSession } from '../../cli/session/repair-session.js';
import { openRecords } from './open-records.js';

/**
 * @throws RedisUnavailable within seconds when Redis is away
 * @throws OtherRecordFormat when another version wrote the records
 */
export async function openRepair(
  flags: ConnectionFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RepairSession> {
  const { namespace, connection } = await openRecords(flags, env);
  const { client } = connection;
  return {
    audit: new RedisAuditSource(client, namespace),
    repairs: new RedisRepairStore(client, namespace),
    close: () => connection.close(),
  };
}
