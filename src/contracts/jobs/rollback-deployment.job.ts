import { z } from 'zod';
import { defineJob, JOB_OPTIONS } from './define-job.js';
import {
  DeploymentIdSchema,
  EnvironmentNameSchema,
  JobVersionSchema,
  ServiceNameSchema,
  TextSchema,
  VersionSchema,
} from '../values/schemas.js';
import { StrategySchema } from '../strategy/strategy.schema.js';
import { JobSignatureSchema } from '../values/signed-job.js';

/**
 * Put the previous good version back: of one deployment, or of whatever is
 * under way or active in a service. Exactly one of the two is named. A service
 * may go back to a named version, or along a strategy, by a new deployment.
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
      /** Go back to this stable version, past those between; with `service`. Else to the one before. */
      toVersion: VersionSchema.optional(),
      /** How that is done, with `service`; else as the service is deployed. */
      strategy: StrategySchema.optional(),
      /** The same key for the same service is one rollback, however often it is published; with `toVersion`. */
      idempotencyKey: TextSchema.max(200).optional(),
      reason: TextSchema.optional(),
      /** Only cancel what has not begun; what has begun by then is left to end. */
      unlessBegun: z.literal(true).optional(),
      requestedBy: TextSchema.max(200).optional(),
      signature: JobSignatureSchema.optional(),
    })
    .refine(
      ({ deploymentId, service }) => (deploymentId === undefined) !== (service === undefined),
      { path: ['deploymentId'], message: 'expected either deploymentId or service' },
    )
    .refine(({ service, toVersion }) => service !== undefined || toVersion === undefined, {
      path: ['toVersion'],
      message: 'goes with `service`: a deployment is rolled back to the version before it',
    })
    .refine(({ service, strategy }) => service !== undefined || strategy === undefined, {
      path: ['strategy'],
      message: 'goes with `service`: a deployment is rolled back the way it came',
    })
    .refine(
      ({ toVersion, idempotencyKey }) => toVersion !== undefined || idempotencyKey === undefined,
      { path: ['idempotencyKey'], message: 'goes with `toVersion`' },
    ),
  options: JOB_OPTIONS,
});

export type RollbackDeploymentInput = z.input<typeof rollbackDeployment.data>;
export type RollbackDeploymentData = z.output<typeof rollbackDeployment.data>;
