import { z } from 'zod';
import { DEFAULT_POLICY } from '../../domain/plan/policy.js';
import { duration } from '../duration.js';

/** The rules a service is deployed under; every one has a default. */
export const PolicySchema = z.strictObject({
  approval: z.enum(['none', 'required']).default(DEFAULT_POLICY.approval),
  onFailure: z.enum(['rollback', 'hold']).default(DEFAULT_POLICY.onFailure),
  onConflict: z.enum(['queue', 'supersede_waiting', 'reject']).default(DEFAULT_POLICY.onConflict),
  retries: z.int().min(0).max(20).default(DEFAULT_POLICY.retries),
  retryDelay: duration({ max: 600_000 }).default(DEFAULT_POLICY.retryDelay),
  deadline: duration({ min: 1_000 }).default(DEFAULT_POLICY.deadline),
});
