import { z } from 'zod';
import { CheckSchema } from '../config/check.schema.js';
import { DriverSchema } from '../config/driver.schema.js';
import { defineJob, JOB_OPTIONS } from './define-job.js';
import {
  EnvironmentNameSchema,
  JobVersionSchema,
  MetadataSchema,
  ServiceNameSchema,
  TargetSchema,
  TextSchema,
  VersionSchema,
} from '../values/schemas.js';
import { JobSignatureSchema } from '../values/signed-job.js';
import { StrategySchema } from '../strategy/strategy.schema.js';

/**
 * Ask for a service to be brought to a version. What is not said comes from the
 * worker's configuration. Only workers that trust their publishers take
 * `driver` and `checks` from a job: whoever can write a job must not thereby
 * run a command.
 */
export const planDeployment = defineJob({
  queue: 'plan',
  name: 'plan-deployment',
  data: z.strictObject({
    schema: JobVersionSchema,
    service: ServiceNameSchema,
    environment: EnvironmentNameSchema,
    version: VersionSchema,
    strategy: StrategySchema.optional(),
    targets: z.array(TargetSchema).max(10_000).optional(),
    /** Execute at once; without it the plan stays a draft until somebody approves or executes it. */
    approve: z.boolean().default(false),
    requestedBy: TextSchema.max(200).optional(),
    /** `automation`: no person asked for it; held back after an automatic rollback until one has looked. A person's where not said. */
    trigger: z.enum(['person', 'automation']).optional(),
    /** The same key for the same service is one deployment, however often it is published. */
    idempotencyKey: TextSchema.max(200).optional(),
    metadata: MetadataSchema,
    driver: DriverSchema.optional(),
    checks: z.array(CheckSchema).max(100).optional(),
    signature: JobSignatureSchema.optional(),
  }),
  options: JOB_OPTIONS,
});

export type PlanDeploymentInput = z.input<typeof planDeployment.data>;
export type PlanDeploymentData = z.output<typeof planDeployment.data>;
