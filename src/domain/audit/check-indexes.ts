import { DEPLOYMENT_ID_PATTERN, type DeploymentId, deploymentId } from '../model/ids.js';
import type { AuditSource } from '../ports/audit-source.js';
import type { FindingLog } from './findings/finding.js';

/** Whatever the indexes of due and open work name has a record. */
export async function checkIndexed(source: AuditSource, log: FindingLog): Promise<void> {
  for await (const page of source.indexed()) {
    const runs = await source.runs(page.map(({ id }) => id));
    for (const [at, { index, id }] of page.entries()) {
      if (runs[at] != null) continue;
      const message = `the index of ${index} deployments names one that has no record`;
      log.add({ invariant: `${index}_complete`, deploymentId: id, message });
    }
  }
}

/** @param most the largest number that one of its members was planned under */
export async function checkLimitCounts(
  source: AuditSource,
  log: FindingLog,
  most: ReadonlyMap<string, number>,
): Promise<void> {
  for await (const page of source.limits()) {
    for (const { key, members } of page) {
      const allowed = most.get(key) ?? Number.POSITIVE_INFINITY;
      if (members.length > allowed) {
        const message = `${members.length} count against ${key}, which allows ${allowed}`;
        log.add({ invariant: 'limits_kept', message });
      }
      const runs = await source.runs(members);
      for (const [at, id] of members.entries()) {
        if (runs[at] != null) continue;
        const message = `it counts against ${key} and has no record`;
        log.add({ invariant: 'limits_kept', deploymentId: id, message });
      }
    }
  }
}

/** `<deployment>.<kind>.<run>`: only jobs that were published because of a deployment's state are named so. */
const OWED_JOB = /^(.+)\.(?:execute|verify|rollback)\.(\d+)$/;

/** @returns how many jobs were looked at */
export async function checkJobs(source: AuditSource, log: FindingLog): Promise<number> {
  let looked = 0;
  for await (const page of source.jobs()) {
    looked += page.length;
    const jobs = page.flatMap(ownedJob);
    const runs = await source.runs(jobs.map(({ deployment }) => deployment));
    for (const [at, { id, deployment, run }] of jobs.entries()) {
      const last = runs[at] ?? null;
      const message =
        last === null
          ? `job ${id} is of a deployment that has no record`
          : `job ${id} is of run ${run}: there were only ${last}`;
      if (last === null || run > last)
        log.add({ invariant: 'jobs_known', deploymentId: deployment, message });
    }
  }
  return looked;
}

interface OwedJob {
  readonly id: string;
  readonly deployment: DeploymentId;
  readonly run: number;
}

function ownedJob(id: string): readonly OwedJob[] {
  const [, deployment = '', run = ''] = OWED_JOB.exec(id) ?? [];
  if (!DEPLOYMENT_ID_PATTERN.test(deployment)) return [];
  return [{ id, deployment: deploymentId(deployment), run: Number(run) }];
}
