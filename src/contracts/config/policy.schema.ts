import { z } from 'zod';
import { DEFAULT_POLICY, type Policy } from '../../domain/model/plan/policy.js';
import { deadlineRefusal } from '../../domain/policy/deadline-refusal.js';
import { duration } from '../values/duration.js';
import { approvalOf, ApprovalSchema } from './approval.schema.js';
import { WindowSchema } from './window.schema.js';

const DeadlineSchema = duration({ min: 100 }).nullable();

/** Every field as it is written. Limits are not among them: they are set for all services together. */
const fields = z.strictObject({
  approval: ApprovalSchema.meta({
    description:
      'Who must approve: `none`, `required` (one person, whoever it is), or in full ([approval](#approval)).',
    examples: [{ required: 2, of: ['ada', 'grace', 'edsger'] }],
  }),
  startBy: duration({ min: 1_000 })
    .nullable()
    .meta({
      description:
        'A deployment that has not begun this long after its approval is cancelled. `null`: never.',
      examples: ['8h'],
    }),
  onFailure: z
    .enum(['rollback', 'hold'])
    .describe(
      'After a failure: put the previous version back (`rollback`), or leave everything as it is for a person (`hold`).',
    ),
  onConflict: z
    .enum(['queue', 'supersede_waiting', 'supersede_running', 'reject'])
    .describe(
      'What a deployment does when another one has the service: wait (`queue`), replace those that wait (`supersede_waiting`), also stop the one that runs (`supersede_running`), or be refused (`reject`). Drafts do not wait in line and are not replaced: one that was planned before what is active by then is approved only with `--older`.',
    ),
  retries: z
    .int()
    .min(0)
    .max(20)
    .describe('How often a driver call that failed in passing is repeated, on each target.'),
  retryDelay: duration({ max: 600_000 }).describe(
    'Wait before the first repetition. It doubles with each further one, up to a minute.',
  ),
  deadline: duration({ min: 1_000 }).describe(
    'How long a deployment may take, without the waits of its plan. Then `onFailure` decides.',
  ),
  progressDeadline: DeadlineSchema.meta({
    description: 'How long it may take without getting further. `null`: no limit.',
    examples: ['10m'],
  }),
  targetDeadline: DeadlineSchema.meta({
    description: 'How long one target may take, repetitions included. `null`: no limit.',
    examples: ['5m'],
  }),
  afterRollback: z
    .enum(['hold_automation', 'continue'])
    .describe(
      'After an automatic rollback: begin nothing automatic until a person releases the service (`hold_automation`), or go on.',
    ),
  heldOut: z
    .enum(['leave', 'refuse'])
    .describe(
      'When somebody else holds a target out of the router: deploy to it and leave it out (`leave`), or do not begin (`refuse`).',
    ),
  removedTargets: z
    .enum(['retire', 'leave', 'refuse'])
    .describe(
      'A target that was deployed to and is configured no more: remove it once the new version serves (`retire`), leave it as it is, or refuse to plan.',
    ),
  windows: z
    .array(WindowSchema)
    .max(50)
    .describe('When deployments may begin ([windows](#windows)). Without any: at any time.'),
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
    removedTargets: shape.removedTargets.default(DEFAULT_POLICY.removedTargets),
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
  }))
  .meta({ title: 'policy' });

/** In an environment only what is written overrides; nothing is filled in. An `approval` overrides the whole of it. */
export const PolicyOverrideSchema = fields
  .partial()
  .transform(({ approval, ...rest }) => ({
    ...(approval === undefined ? {} : approvalOf(approval)),
    ...rest,
  }))
  .meta({ title: 'policy' });
