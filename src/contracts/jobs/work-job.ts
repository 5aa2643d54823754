import type { WorkKind, WorkOwed } from '../../domain/model/deployment/work-owed.js';
import type { JobContract } from './define-job.js';
import { executeDeployment } from './execute-deployment.job.js';
import { rollbackDeployment } from './rollback-deployment.job.js';
import { verifyDeployment } from './verify-deployment.job.js';

export const WORK_CONTRACTS = {
  execute: executeDeployment,
  verify: verifyDeployment,
  rollback: rollbackDeployment,
} as const satisfies Record<WorkKind, JobContract>;

/** The owed job's own name: publishing it twice is one job. */
export const workJobId = ({ deploymentId, kind, run }: WorkOwed): string =>
  `${deploymentId}.${kind}.${run}`;
