import { type DeploymentId, serviceKey } from '../model/ids.js';
import type { ActiveDeployment, StableVersion } from '../model/active-deployment.js';
import type { AuditSource, ServiceSnapshot } from '../ports/audit-source.js';
import { difference } from './findings/difference.js';
import type { FindingLog, Invariant } from './findings/finding.js';
import type { ServiceFold } from './fold/service-fold.js';
import { checkTargets } from './check-targets.js';

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
  checkStable(snapshot, fold, report);
  checkTargets(snapshot, fold, (message) => report('targets_folded', message));
  await checkNames(source, snapshot, report);
}

function checkActive(
  { active, stable, targets }: ServiceSnapshot,
  fold: ServiceFold,
  report: Report,
): void {
  const wanted = fold.activeBeside(targets);
  if (wanted !== undefined && nameOf(active) !== nameOf(wanted)) {
    const message = `active is ${nameOf(active)}: the endings lead to ${nameOf(wanted)}`;
    report('active_folded', message, active?.deploymentId);
    return;
  }
  const [top] = stable;
  if (active !== null && active.version === null) return;
  if (active?.deploymentId === top?.deploymentId) return;
  const message = `active is ${nameOf(active)}, first of its stable versions ${nameOf(top ?? null)}`;
  report('active_folded', message, active?.deploymentId);
}

function checkStable({ stable }: ServiceSnapshot, fold: ServiceFold, report: Report): void {
  const ids = stable.map(({ deploymentId }) => deploymentId);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined)
    report('stable_folded', `${twice} is among its stable versions twice`, twice);
  const compared = fold.whole ? Math.max(stable.length, fold.stable.length) : fold.stable.length;
  for (let at = 0; at < compared; at++) {
    const message = differs(at, stable[at] ?? null, fold.stable[at] ?? null);
    if (message === null) continue;
    report('stable_folded', message, stable[at]?.deploymentId);
    return;
  }
}

function differs(
  at: number,
  is: StableVersion | null,
  wanted: StableVersion | null,
): string | null {
  const place = `place ${at + 1} of its stable versions`;
  if (nameOf(is) !== nameOf(wanted)) {
    return `${place} is ${nameOf(is)}: the endings lead to ${nameOf(wanted)}`;
  }
  const found = difference(is?.declared, wanted?.declared);
  return found === null ? null : `what ${place} declares: ${found}`;
}

const nameOf = (entry: ActiveDeployment | null): string =>
  entry === null ? 'nothing' : `${entry.version ?? 'unknown'} of ${entry.deploymentId}`;

/** Whoever holds the slot, waits for it or is on the stable versions has a record. */
async function checkNames(
  source: AuditSource,
  { holder, line, stable, active }: ServiceSnapshot,
  report: Report,
): Promise<void> {
  const named: readonly (readonly [DeploymentId, Invariant, string])[] = [
    ...(holder === null ? [] : [[holder, 'slot_held', 'holds its slot'] as const]),
    ...line.map((id) => [id, 'slot_held', 'waits in its line'] as const),
    ...stable.map(
      ({ deploymentId }) =>
        [deploymentId, 'stable_folded', 'is among its stable versions'] as const,
    ),
    ...(active === null ? [] : [[active.deploymentId, 'active_folded', 'is active'] as const]),
  ];
  const runs = await source.runs(named.map(([id]) => id));
  for (const [at, [id, invariant, what]] of named.entries()) {
    if (runs[at] == null) report(invariant, `${id} ${what} and has no record`, id);
  }
}
