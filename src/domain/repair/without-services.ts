import { type ServiceRef, serviceKey } from '../model/ids.js';
import type { AuditSource } from '../ports/audit-source.js';

/** What is to be audited but for some services: their deployments are looked at all the same. */
export function withoutServices(source: AuditSource, left: readonly ServiceRef[]): AuditSource {
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
