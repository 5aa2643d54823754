import { setTimeout as pause } from 'node:timers/promises';
import type { RedisAuditSource } from '../../src/adapters/redis/repair/audit-source.redis.js';
import { audit } from '../../src/domain/audit/audit.js';
import type { Finding } from '../../src/domain/audit/findings/finding.js';
import type { LedgerTargets } from './ledger-driver.js';

/** Audits a running system again and again: it may not cry out without cause, and may see what heals later. */
export class Auditor {
  readonly findings: Finding[] = [];
  deployments = 0;
  count = 0;
  #stopped = false;
  readonly #source: RedisAuditSource;
  readonly #targets: LedgerTargets;

  constructor(source: RedisAuditSource, targets: LedgerTargets) {
    this.#source = source;
    this.#targets = targets;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      await this.once();
      await pause(20);
    }
  }

  async once(): Promise<void> {
    const { lines } = this.#targets;
    async function* ledger(): AsyncGenerator<string> {
      yield* [...lines];
    }
    const report = await audit(this.#source, { ledger: ledger(), most: 3 });
    this.findings.push(...report.findings);
    this.deployments = report.looked.deployments;
    this.count += 1;
  }
}
