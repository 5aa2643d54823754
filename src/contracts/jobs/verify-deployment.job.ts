import { z } from 'zod';
import { defineJob, JOB_OPTIONS } from './define-job.js';
import { DeploymentIdSchema, JobVersionSchema } from '../values/schemas.js';
import { JobSignatureSchema } from '../values/signed-job.js';

/** Run the checks on what was deployed, and complete the deployment or begin its rollback. */
export const verifyDeployment = defineJob({
  queue: 'verify',
  name: 'verify-deployment',
  data: z.strictObject({
    schema: JobVersionSchema,
    deploymentId: DeploymentIdSchema,
    signature: JobSignatureSchema.optional(),
  }),
  options: JOB_OPTIONS,
});

export type VerifyDeploymentData = z.output<typeof verifyDeployment.data>;
