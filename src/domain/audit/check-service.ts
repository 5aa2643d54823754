import { type DeploymentId, serviceKey } from '../ids.js';
import type { ActiveDeployment } from '../plan/service-effect.js';
import type { AuditSource, ServiceSnapshot } from '../ports/audit-source.js';
import type { FindingLog, Invariant } from './finding.js';
import type { ServiceFold } from './service-fold.js';

type Report = (invariant: Invariant, message: string, deploymentId?: DeploymentId) => void;

/** A service as it stands, against what the stream led to when that was read. */
export async function checkService(
  source: AuditSource,
  snapshot: ServiceSnapshot,
  fold: ServiceFold,
  log: FindingLog,
): Promise<void> {
  const service = serviceKey(snapshot);
  const report: Report = (invariant, message, deploymentId) =>
    log.add({ invariant, message, service, deploymentId });
  if (snapshot.fence < fold.fence) {
    report('fence_rising', `its last fence is ${snapshot.fence}: ${fold.fence} was given`);
  }
  checkActive(snapshot, fold, report);
  checkStack(snapshot, fold, report);
  await checkNames(source, snapshot, report);
}

function checkActive({ active, stack }: ServiceSnapshot, fold: ServiceFold, report: Report): void {
  if (fold.active !== undefined && nameOf(active) !== nameOf(fold.active)) {
    const message = `active is ${nameOf(active)}: the endings lead to ${nameOf(fold.active)}`;
    report('active_folded', message, active?.deploymentId);
    return;
  }
  const [top] = stack;
  if (active !== null && active.version === null) return;
  if (active?.deploymentId === top?.deploymentId) return;
  const message = `active is ${nameOf(active)}, on top of its stack ${nameOf(top ?? null)}`;
  report('active_folded', message, active?.deploymentId);
}

function checkStack({ stack }: ServiceSnapshot, fold: ServiceFold, report: Report): void {
  const ids = stack.map(({ deploymentId }) => deploymentId);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) report('stack_folded', `${twice} is on its stack twice`, twice);
  const compared = fold.whole ? Math.max(stack.length, fold.stack.length) : fold.stack.length;
  for (let at = 0; at < compared; at++) {
    const [stored, wanted] = [nameOf(stack[at] ?? null), nameOf(fold.stack[at] ?? null)];
    if (stored === wanted) continue;
    const message = `place ${at + 1} of its stack is ${stored}: the endings lead to ${wanted}`;
    report('stack_folded', message, stack[at]?.deploymentId);
    return;
  }
}

const nameOf = (entry: ActiveDeployment | null): string =>
  entry === null ? 'nothing' : `${entry.version ?? 'unknown'} of ${entry.deploymentId}`;

/** Whoever holds the slot, waits for it or is on the stack has a record. */
async function checkNames(
  source: AuditSource,
  { holder, line, stack, active }: ServiceSnapshot,
  report: Report,
): Promise<void> {
  const named: readonly (readonly [DeploymentId, Invariant, string])[] = [
    ...(holder === null ? [] : [[holder, 'slot_held', 'holds its slot'] as const]),
    ...line.map((id) => [id, 'slot_held', 'waits in its line'] as const),
    ...stack.map(({ deploymentId }) => [deploymentId, 'stack_folded', 'is on its stack'] as const),
    ...(active === null ? [] : [[active.deploymentId, 'active_folded', 'is active'] as const]),
  ];
  const runs = await source.runs(named.map(([id]) => id));
  for (const [at, [id, invariant, what]] of named.entries()) {
    if (runs[at] == null) report(invariant, `${id} ${what} and has no record`, id);
  }
}
