import { z } from 'zod';
import { defineJob, JOB_OPTIONS } from './define-job.js';
import {
  DeploymentIdSchema,
  EnvironmentNameSchema,
  JobVersionSchema,
  ServiceNameSchema,
  TextSchema,
} from '../values/schemas.js';
import { JobSignatureSchema } from '../values/signed-job.js';

/**
 * Put the previous good version back: of one deployment, or of whatever is
 * under way or active in a service. Exactly one of the two is named.
 */
export const rollbackDeployment = defineJob({
  queue: 'rollback',
  name: 'rollback-deployment',
  data: z
    .strictObject({
      schema: JobVersionSchema,
      deploymentId: DeploymentIdSchema.optional(),
      service: ServiceNameSchema.optional(),
      environment: EnvironmentNameSchema,
      reason: TextSchema.optional(),
      /** Only cancel what has not begun; what has begun by then is left to end. */
      unlessBegun: z.literal(true).optional(),
      requestedBy: TextSchema.max(200).optional(),
      signature: JobSignatureSchema.optional(),
    })
    .refine(
      ({ deploymentId, service }) => (deploymentId === undefined) !== (service === undefined),
      { path: ['deploymentId'], message: 'expected either deploymentId or service' },
    ),
  options: JOB_OPTIONS,
});

export type RollbackDeploymentInput = z.input<typeof rollbackDeployment.data>;
export type RollbackDeploymentData = z.output<typeof rollbackDeployment.data>;
