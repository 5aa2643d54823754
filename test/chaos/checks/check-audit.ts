import { RedisAuditSource } from '../../../src/adapters/redis/repair/audit-source.redis.js';
import { audit } from '../../../src/domain/audit/audit.js';
import type { Finding } from '../../../src/domain/audit/findings/finding.js';
import type { ChaosService } from '../fleet.js';
import { type LedgerEntry, overtakenServices } from '../ledger.js';
import type { Observer } from '../observer.js';
import type { Violation } from './violation.js';

export interface Audited {
  readonly violations: readonly Violation[];
  /** Services that cannot fence, and on which a late call landed. */
  readonly superseded: readonly string[];
  /** What drivers said of targets and was not so, as the audit found out. */
  readonly lies: number;
}

const MOST_FINDINGS = 1_000;

/** The audit that operators run, with the ledger of the targets. */
export async function checkAudit(
  { redis, namespace }: Observer,
  fleet: readonly ChaosService[],
  entries: readonly LedgerEntry[],
): Promise<Audited> {
  const cannotFence = new Set<string>(fleet.flatMap((one) => (one.fences ? [] : [one.service])));
  const superseded = overtakenServices(entries.filter(({ service }) => cannotFence.has(service)));
  const ledger = linesOf(
    entries.filter(({ phase, service }) => phase !== 'refused' && !superseded.has(service)),
  );
  const source = new RedisAuditSource(redis, namespace);
  const { findings } = await audit(source, { ledger, most: MOST_FINDINGS });
  const liars = new Set(
    fleet.flatMap((one) => (one.lies ? [`${one.environment}/${one.service}`] : [])),
  );
  const isLie = ({ invariant, service }: Finding): boolean =>
    invariant === 'ledger_evidence' && service !== undefined && liars.has(service);
  return {
    violations: findings.filter((finding) => !isLie(finding)).map(violationOf),
    superseded: [...superseded],
    lies: findings.filter(isLie).length,
  };
}

async function* linesOf(entries: readonly LedgerEntry[]): AsyncGenerator<string> {
  for (const entry of entries) yield JSON.stringify(entry);
}

const violationOf = ({ invariant, message, ...at }: Finding): Violation => ({
  check: invariant,
  subject: [at.deploymentId, at.service, at.eventSequence]
    .filter((it) => it !== undefined)
    .join(' '),
  said: message,
});
