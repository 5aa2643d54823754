import type { WorkKind, WorkOwed } from '../domain/orchestrator/work-owed.js';
import type { JobContract } from './define-job.js';
import { executeDeployment } from './jobs/execute-deployment.job.js';
import { rollbackDeployment } from './jobs/rollback-deployment.job.js';
import { verifyDeployment } from './jobs/verify-deployment.job.js';

export const WORK_CONTRACTS = {
  execute: executeDeployment,
  verify: verifyDeployment,
  rollback: rollbackDeployment,
} as const satisfies Record<WorkKind, JobContract>;

/** The owed job's own name: publishing it twice is one job. */
export const workJobId = ({ deploymentId, kind, run }: WorkOwed): string =>
  `${deploymentId}.${kind}.${run}`;
