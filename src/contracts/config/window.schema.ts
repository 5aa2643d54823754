import { z } from 'zod';
import { isLocalTime } from '../../domain/policy/local-time.js';
import { ruleRefusal } from '../../domain/policy/recurrence-rule.js';
import { nameText } from '../problems/name-problem.js';
import { duration } from '../values/duration.js';
import { LabelsSchema } from '../values/labels.js';
import { TextSchema } from '../values/schemas.js';
import { isTimeZone } from '../values/time-zone.js';

const YEAR_MS = 366 * 86_400_000;

const RuleSchema = z
  .string()
  .transform((text) => text.replace(/^RRULE:/i, '').toUpperCase())
  .superRefine((text, context) => {
    const message = ruleRefusal(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

const fields = {
  kind: z.enum(['allow', 'deny']),
  rrule: RuleSchema,
  /** Local, in the window's time zone. */
  start: z
    .string()
    .refine(isLocalTime, 'expected a local time such as "2026-01-05T09:00"')
    .optional(),
  duration: duration({ min: 60_000, max: YEAR_MS }),
  timeZone: z.string().refine(isTimeZone, 'expected a time zone such as "Europe/Berlin"'),
  reason: TextSchema.max(200).optional(),
};

/** A time in which deployments may begin (`allow`), or may not (`deny`), by a recurrence rule of RFC 5545. */
export const WindowSchema = z
  .strictObject(fields)
  .superRefine(refuseChanceWeekday)
  .transform(({ start, reason, ...window }) => ({ ...window, ...filled(window, start, reason) }));

/** A window of the whole configuration: for the services that its environments and labels name. */
export const ScopedWindowSchema = z
  .strictObject({
    ...fields,
    environments: z.array(nameText('environment')).min(1).max(100).optional(),
    labels: LabelsSchema.default({}),
  })
  .superRefine(refuseChanceWeekday)
  .transform(({ start, reason, environments = null, ...window }) => ({
    ...window,
    environments,
    ...filled(window, start, reason),
  }));

/** Without a weekday or a start it would be the weekday of the first of January 1970, and nobody meant that. */
function refuseChanceWeekday(
  { rrule, start }: { readonly rrule: string; readonly start?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (start !== undefined || !/FREQ=WEEKLY/.test(rrule) || /BYDAY=/.test(rrule)) return;
  const message = 'expected BYDAY, or a start that says which weekday is meant';
  context.addIssue({ code: 'custom', path: ['rrule'], message });
}

const filled = (
  { kind }: { readonly kind: 'allow' | 'deny' },
  start = '1970-01-01T00:00',
  reason = kind === 'allow' ? 'deployment window' : 'closed by a window',
) => ({ start, reason });
