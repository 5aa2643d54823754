import { serviceKey, type TargetId } from '../model/ids.js';
import { deployedTargets } from '../model/deployment/deployment.js';
import type { PlanEvent, RecordedEvent } from '../model/deployment/plan-event.js';
import type { AuditSource, ServiceSnapshot, StoredDeployment } from '../ports/audit-source.js';
import { reporterOf } from './check-deployment.js';
import type { FindingLog } from './findings/finding.js';
import type { CallCount, LedgerBook } from './ledger/ledger-book.js';

type Action = CallCount['action'];

const ANNOUNCES: Partial<Record<PlanEvent['type'], Action>> = {
  'deployment.target_started': 'deploy',
  'deployment.target_restoring': 'rollback',
  'deployment.target_retiring': 'rollback',
};

const CLAIMS: Partial<Record<PlanEvent['type'], Action>> = {
  'deployment.target_updated': 'deploy',
  'deployment.target_restored': 'rollback',
  'deployment.target_retired': 'rollback',
};

/** A deployment's events against what its targets wrote down. */
export function checkLedger(
  snapshot: StoredDeployment,
  book: LedgerBook,
  log: FindingLog,
  /** Events up to here were written before the ledger was read. */
  settled: number,
): void {
  const report = reporterOf(snapshot, log);
  const { events, deployment } = snapshot;
  const calls = book.calls(snapshot.id);
  const announced = announcements(events);
  for (const { action, target, fence, begun, done } of calls) {
    const times = announced.get(`${action} ${target} ${fence}`) ?? 0;
    const call = `a ${action} call on ${target} with fence ${fence}`;
    if (times === 0) report('ledger_intent', `${call} was never announced`);
    else if (Math.max(begun, done) > times) {
      report('ledger_once', `${call} was announced ${times} times and made ${begun} times`);
    }
  }
  const service = serviceKey(deployment);
  const fences = new Map<TargetId, number>();
  for (const { event, sequence } of events.slice(0, settled)) {
    if ('target' in event && 'fence' in event) fences.set(event.target, event.fence);
    const action = CLAIMS[event.type];
    if (action === undefined || !('target' in event) || isWithoutCall(event)) continue;
    const covered = book.covers(service, event.target, fences.get(event.target) ?? 0);
    if (!covered || calls.some((call) => isOf(call, action, event.target))) continue;
    report('ledger_evidence', `no ${action} call was carried out on ${event.target}`, sequence);
  }
}

/** It had what it should all the time, or a person said so: nobody called it for that. */
const isWithoutCall = (event: PlanEvent): boolean =>
  event.type === 'deployment.target_restored' &&
  (event.evidence['unchanged'] === true || 'settledBy' in event.evidence);

const isOf = (call: CallCount, action: Action, target: TargetId): boolean =>
  call.done > 0 && call.action === action && call.target === target;

/** How often each call was announced. */
function announcements(events: readonly RecordedEvent[]): ReadonlyMap<string, number> {
  const announced = new Map<string, number>();
  for (const { event } of events) {
    const action = ANNOUNCES[event.type];
    if (action === undefined || !('fence' in event)) continue;
    const key = `${action} ${event.target} ${event.fence}`;
    announced.set(key, (announced.get(key) ?? 0) + 1);
  }
  return announced;
}

/** While nobody changes a service, its targets run the active version. */
export async function checkActiveOnTargets(
  source: AuditSource,
  { holder, active, environment, service }: ServiceSnapshot,
  book: LedgerBook,
  log: FindingLog,
): Promise<void> {
  if (holder !== null || active === null || active.version === null) return;
  const key = serviceKey({ environment, service });
  const { version: wanted, deploymentId } = active;
  for await (const [snapshot] of source.snapshots([deploymentId])) {
    if (snapshot?.kind !== 'stored') continue;
    for (const target of deployedTargets(snapshot.deployment)) {
      const version = book.versionOn(key, target);
      if (version === undefined || version === wanted) continue;
      const message = `${target} runs ${version ?? 'nothing'}: active is ${wanted}`;
      log.add({ invariant: 'ledger_active', deploymentId, service: key, message });
    }
  }
}
