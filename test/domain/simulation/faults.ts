import { MemoryAuditSource } from '../../../src/adapters/memory/memory-audit.js';
import { audit } from '../../../src/domain/audit/audit.js';
import { serviceKey } from '../../../src/domain/model/ids.js';
import { deployedTargets } from '../../../src/domain/model/deployment/deployment.js';
import type { Simulation } from './simulation.js';

/** Everything that should hold after a run, and does not. */
export async function faultsOf(run: Simulation): Promise<readonly string[]> {
  const { watch, targets, broken } = run;
  const { state, index } = run.record;
  const report = await audit(new MemoryAuditSource(state));
  const limits = [...state.limits].filter(([, members]) => members.size > 0);
  return [
    ...watch.violations,
    ...targets.violations,
    ...broken,
    ...report.findings.map((finding) => JSON.stringify(finding)),
    ...limits.map(([key]) => `${key} is still counted`),
    ...(await Promise.all(run.refs.map((ref) => index.slot(ref)))).flatMap(
      ({ service, holder, waiting }) =>
        holder === null && waiting.length === 0
          ? []
          : [`${service}: held by ${holder}, in line ${waiting.join()}`],
    ),
    ...run.refs.flatMap((ref) => believed(run, serviceKey(ref))),
  ];
}

/** The active map names a version only where every target of that deployment runs it. */
function believed({ record: { state }, targets }: Simulation, key: string): readonly string[] {
  const active = state.active.get(key);
  const row = active && state.deployments.get(active.deploymentId);
  if (!active || !row || active.version === null) return [];
  return deployedTargets(row.deployment)
    .filter((target) => targets.runs.get(target) !== active.version)
    .map((target) => `${active.version} is active, ${target} runs ${targets.runs.get(target)}`);
}
