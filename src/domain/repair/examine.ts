import { audit, type AuditReport } from '../audit/audit.js';
import type { Finding } from '../audit/findings/finding.js';
import { type ServiceRef, serviceKey } from '../model/ids.js';
import type { AuditSource } from '../ports/audit-source.js';
import type { RepairStore } from './repair-store.js';
import { Facts } from './facts.js';
import type { Prescription } from './repair.js';

export interface Examination {
  readonly prescriptions: readonly Prescription[];
  readonly report: AuditReport;
}

/**
 * Audits, and says of each finding what helps against it. It writes nothing;
 * what a remedy rests on is asked again when it is carried out.
 *
 * @param most findings of one invariant that are looked at
 */
export async function examine(
  source: AuditSource,
  store: RepairStore,
  most: number,
): Promise<Examination> {
  const recounts = await store.recounts();
  const unreadable = await store.unreadable();
  const { sequence } = await source.frame();
  const report = await audit(withoutServices(source, unreadable), { most });
  const findings = [...unreadable.map(unread), ...report.findings];
  if (findings.length === 0) return { prescriptions: [], report };
  const facts = await Facts.of(source, store, { recounts, sequence }, findings, unreadable);
  const prescriptions: Prescription[] = [];
  for (const finding of findings) {
    // oxlint-disable-next-line no-await-in-loop -- most need nothing more
    const remedies = await facts.remediesFor(finding);
    const none = [{ why: 'it is as it should be by now' }];
    prescriptions.push({ finding, remedies: remedies.length > 0 ? remedies : none });
  }
  return { prescriptions, report };
}

const unread = (ref: ServiceRef): Finding => ({
  invariant: 'active_folded',
  service: serviceKey(ref),
  message: 'what is active in it, or among its stable versions, cannot be read',
});

/** What is to be audited but for some services: their deployments are looked at all the same. */
function withoutServices(source: AuditSource, left: readonly ServiceRef[]): AuditSource {
  const names = new Set(left.map(serviceKey));
  return {
    frame: () => source.frame(),
    stream: (after, until) => source.stream(after, until),
    recorded: (places) => source.recorded(places),
    history: () => source.history(),
    unlisted: () => source.unlisted(),
    snapshots: (ids) => source.snapshots(ids),
    runs: (ids) => source.runs(ids),
    async *services() {
      for await (const refs of source.services()) {
        yield refs.filter((ref) => !names.has(serviceKey(ref)));
      }
    },
    servicesNow: (refs) => source.servicesNow(refs),
    indexed: () => source.indexed(),
    limits: () => source.limits(),
    jobs: () => source.jobs(),
  };
}
