import { open } from 'node:fs/promises';
import { RedisAuditSource } from '../../adapters/redis/repair/audit-source.redis.js';
import { diagnose } from '../../adapters/redis/repair/diagnosis.redis.js';
import { RedisWorkerRoster } from '../../adapters/redis/workers/worker-roster.redis.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import type { ConnectionFlags } from '../../cli/session/connection-flags.js';
import type { DoctorSession } from '../../cli/session/doctor-session.js';
import { changedPlans } from './changed-plans.js';
import { openRecords } from './open-records.js';

/**
 * @throws RedisUnavailable within seconds when Redis is away
 * @throws OtherRecordFormat when another version wrote the records
 */
export async function openDoctor(
  flags: ConnectionFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DoctorSession> {
  const { namespace, connection } = await openRecords(flags, env);
  const { client } = connection;
  const audit = new RedisAuditSource(client, namespace);
  return {
    audit,
    // Loaded on demand: only a configuration with a router needs it.
    drift: async (config, signal) =>
      (await import('./drift-here.js')).driftHere(audit, config, signal),
    workers: () => new RedisWorkerRoster(client, namespace).workers(),
    changedPlans: () => changedPlans(client, namespace),
    left: async (config) => (await import('./left-here.js')).leftHere(audit, config),
    unknown: async (config) => (await import('./unknown-here.js')).unknownHere(audit, config),
    missingSecrets: async (config) => (await import('./secrets-here.js')).secretsHere(config, env),
    access: async (config) => (await import('./access-here.js')).accessHere(config),
    diagnose: () => diagnose(client, namespace, () => systemClock.now()),
    ledger: linesOf,
    close: () => connection.close(),
  };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const handle = await open(file);
  yield* handle.readLines();
}
