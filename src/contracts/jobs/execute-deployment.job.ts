import { z } from 'zod';
import { defineJob, JOB_OPTIONS } from './define-job.js';
import { DeploymentIdSchema, JobVersionSchema } from '../values/schemas.js';
import { JobSignatureSchema } from '../values/signed-job.js';

/** Carry out the steps of a plan. The payload names the deployment and nothing of what to do: a job that waited an hour acts on what the store says then. */
export const executeDeployment = defineJob({
  queue: 'execute',
  name: 'execute-deployment',
  data: z.strictObject({
    schema: JobVersionSchema,
    deploymentId: DeploymentIdSchema,
    signature: JobSignatureSchema.optional(),
  }),
  options: JOB_OPTIONS,
});

export type ExecuteDeploymentData = z.output<typeof executeDeployment.data>;
