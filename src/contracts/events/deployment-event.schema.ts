import { z } from 'zod';
import { PLAN_STATUSES } from '../../domain/plan/plan-state.js';

/** The facts that are published today. The list may grow. */
export const EVENT_TYPES = [
  'deployment.planned',
  'deployment.approved',
  'deployment.started',
  'deployment.target_started',
  'deployment.target_updated',
  'deployment.target_retried',
  'deployment.target_failed',
  'deployment.waiting',
  'deployment.step_completed',
  'deployment.paused',
  'deployment.resumed',
  'deployment.verifying',
  'deployment.inconclusive',
  'deployment.verified',
  'deployment.completed',
  'deployment.rollback_started',
  'deployment.target_restoring',
  'deployment.target_restored',
  'deployment.target_unrestored',
  'deployment.rolled_back',
  'deployment.failed',
  'deployment.cancelled',
] as const;

/** An entry of the stream `{signalbox:0}:events`, as `subscribe` yields it; in Redis every field is text and `data` JSON. */
export const DeploymentEventSchema = z.object({
  id: z.string().regex(/^\d+-\d+$/),
  sequence: z.int().min(1),
  type: z.string().describe(`One of ${EVENT_TYPES.join(', ')}; ignore the ones you do not know.`),
  time: z.iso.datetime(),
  deploymentId: z.string(),
  service: z.string(),
  environment: z.string(),
  version: z.string(),
  state: z.enum(PLAN_STATUSES),
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
});
