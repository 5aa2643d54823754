import { z } from 'zod';
import { DeploymentIdSchema, EnvironmentNameSchema, ServiceNameSchema } from '../values/schemas.js';
import { JobSignatureSchema } from '../values/signed-job.js';

/** What every kind of job has in part: who published it, and what it is about. */
export const JobRequestSchema = z.object({
  signature: JobSignatureSchema.optional(),
  deploymentId: DeploymentIdSchema.optional(),
  service: ServiceNameSchema.optional(),
  environment: EnvironmentNameSchema,
});

export type JobRequest = z.output<typeof JobRequestSchema>;
