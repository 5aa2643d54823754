import { z } from 'zod';
import { DEFAULT_POLICY } from '../../domain/model/plan/policy.js';
import { type ApprovalPolicy, personOf } from '../../domain/policy/approval.js';
import { duration } from '../values/duration.js';
import { either } from '../values/either.js';
import { TextSchema } from '../values/schemas.js';

/** Who must approve: `none`, `required` (one person, whoever it is), or in full. */
export const ApprovalSchema = either(
  z.enum(['none', 'required']),
  z
    .strictObject({
      required: z.int().min(1).max(20).default(1).describe('How many people must approve.'),
      of: z
        .array(TextSchema.max(200))
        .min(1)
        .max(100)
        .optional()
        .meta({
          description: 'Who may approve. Without it, anybody.',
          examples: [['ada', 'grace']],
        }),
      notByRequester: z
        .boolean()
        .default(false)
        .describe('Whoever asked for the deployment can’t approve it.'),
      expires: duration({ min: 1_000 })
        .nullable()
        .default(DEFAULT_POLICY.approvalExpiry)
        .meta({
          description:
            'A deployment that is not approved this long after planning is cancelled. `null`: never.',
          examples: ['2d'],
        }),
      onChange: z
        .enum(['again', 'keep'])
        .default('again')
        .describe(
          'When the configuration of the service changed since it was approved: ask for the approvals `again`, or `keep` them.',
        ),
    })
    .superRefine(({ required, of }, context) => {
      const people = new Set(of?.map(personOf));
      if (people.size === 0 || people.size >= required) return;
      const message = `expected at least ${required} people to choose from, got ${people.size}`;
      context.addIssue({ code: 'custom', path: ['of'], message });
    }),
  'expected none, required, or { required, of, notByRequester, expires, onChange }',
).meta({ title: 'approval' });

/** Written once, it says all there is to say of approvals. */
export function approvalOf(form: z.output<typeof ApprovalSchema>): ApprovalPolicy {
  if (typeof form === 'string') return { approval: form, ...ANYBODY };
  return {
    approval: 'required',
    approvals: form.required,
    approvers: form.of ?? null,
    selfApproval: !form.notByRequester,
    approvalExpiry: form.expires,
    approvalOnChange: form.onChange,
  };
}

const ANYBODY = {
  approvals: 1,
  approvers: null,
  selfApproval: true,
  approvalExpiry: DEFAULT_POLICY.approvalExpiry,
  approvalOnChange: 'again',
} as const;
