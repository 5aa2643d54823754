import { z } from 'zod';
import { PLAN_STATUSES } from '../../domain/model/deployment/plan-state.js';
import { DeploymentIdSchema } from '../values/schemas.js';

/** What a finished job returns; `null` where a rollback found nothing active. */
export const JobResultSchema = z.strictObject({
  deploymentId: DeploymentIdSchema.nullable(),
  state: z.enum(PLAN_STATUSES).nullable(),
});

export type JobResult = z.output<typeof JobResultSchema>;
