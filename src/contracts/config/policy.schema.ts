import { z } from 'zod';
import { DEFAULT_POLICY, type Policy } from '../../domain/model/plan/policy.js';
import { deadlineRefusal } from '../../domain/policy/deadline-refusal.js';
import { duration } from '../values/duration.js';
import { approvalOf, ApprovalSchema } from './approval.schema.js';
import { WindowSchema } from './window.schema.js';

const DeadlineSchema = duration({ min: 100 }).nullable();

/** Every field as it is written. Limits are not among them: they are set for all services together. */
const fields = z.strictObject({
  approval: ApprovalSchema,
  startBy: duration({ min: 1_000 }).nullable(),
  onFailure: z.enum(['rollback', 'hold']),
  onConflict: z.enum(['queue', 'supersede_waiting', 'supersede_running', 'reject']),
  retries: z.int().min(0).max(20),
  retryDelay: duration({ max: 600_000 }),
  deadline: duration({ min: 1_000 }),
  progressDeadline: DeadlineSchema,
  targetDeadline: DeadlineSchema,
  afterRollback: z.enum(['hold_automation', 'continue']),
  /** Of a target that somebody else holds out of the router: deploy to it and leave it out, or do not begin meanwhile. */
  heldOut: z.enum(['leave', 'refuse']),
  windows: z.array(WindowSchema).max(50),
});

const { shape } = fields;

/** The rules a service is deployed under; every one has a default. */
export const PolicySchema = z
  .strictObject({
    approval: shape.approval.default(DEFAULT_POLICY.approval),
    startBy: shape.startBy.default(DEFAULT_POLICY.startBy),
    onFailure: shape.onFailure.default(DEFAULT_POLICY.onFailure),
    onConflict: shape.onConflict.default(DEFAULT_POLICY.onConflict),
    retries: shape.retries.default(DEFAULT_POLICY.retries),
    retryDelay: shape.retryDelay.default(DEFAULT_POLICY.retryDelay),
    deadline: shape.deadline.default(DEFAULT_POLICY.deadline),
    progressDeadline: shape.progressDeadline.default(DEFAULT_POLICY.progressDeadline),
    targetDeadline: shape.targetDeadline.default(DEFAULT_POLICY.targetDeadline),
    afterRollback: shape.afterRollback.default(DEFAULT_POLICY.afterRollback),
    heldOut: shape.heldOut.default(DEFAULT_POLICY.heldOut),
    windows: shape.windows.default([]),
  })
  .superRefine((written, context) => {
    const refusal = deadlineRefusal(written, 0);
    if (refusal === null) return;
    context.addIssue({ code: 'custom', path: [refusal.path], message: refusal.message });
  })
  .transform(({ approval, ...rest }): Policy => ({
    ...approvalOf(approval),
    ...rest,
  }));

/** In an environment only what is written overrides; nothing is filled in. An `approval` overrides the whole of it. */
export const PolicyOverrideSchema = fields.partial().transform(({ approval, ...rest }) => ({
  ...(approval === undefined ? {} : approvalOf(approval)),
  ...rest,
}));
