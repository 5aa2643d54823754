import { z } from 'zod';
import { isLocalTime } from '../../domain/policy/local-time.js';
import { ruleRefusal } from '../../domain/policy/recurrence-rule.js';
import { isWallClockEnd } from '../../domain/policy/wall-clock-end.js';
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
  kind: z
    .enum(['allow', 'deny'])
    .describe(
      '`allow`: deployments begin only in such windows. `deny`: they do not begin in this one.',
    ),
  rrule: RuleSchema.meta({
    description: 'When it comes again, as a recurrence rule of RFC 5545.',
    examples: ['FREQ=WEEKLY;BYDAY=SA'],
  }),
  start: z
    .string()
    .refine(isLocalTime, 'expected a local time such as "2026-01-05T09:00"')
    .optional()
    .meta({
      description:
        'First day and hour, as local time in `timeZone`. Default: 1970-01-01, midnight.',
      examples: ['2026-01-05T09:00'],
    }),
  duration: duration({ min: 60_000, max: YEAR_MS })
    .optional()
    .meta({
      description: 'How long it lasts, in time that passes. Give either `duration` or `until`.',
      examples: ['2h'],
    }),
  until: z
    .string()
    .transform((text) => text.toUpperCase())
    .refine(isWallClockEnd, 'expected a time such as "MO 00:00", or "06:00" for any day')
    .optional()
    .meta({
      description: 'Its end by the clock of the zone: the next such time after each start.',
      examples: ['MO 00:00'],
    }),
  timeZone: z
    .string()
    .refine(isTimeZone, 'expected a time zone such as "Europe/Berlin"')
    .meta({ description: 'Name of the time zone.', examples: ['Europe/Berlin'] }),
  reason: TextSchema.max(200)
    .optional()
    .meta({ description: 'What people are told.', examples: ['weekend'] }),
};

/** A time in which deployments may begin (`allow`), or may not (`deny`), by a recurrence rule of RFC 5545. */
export const WindowSchema = z
  .strictObject(fields)
  .superRefine(refuseChanceWeekday)
  .superRefine(needOneEnd)
  .transform(({ start, reason, ...window }) => ({ ...window, ...filled(window, start, reason) }))
  .meta({ title: 'window' });

/** A window of the whole configuration: for the services that its environments and labels name. */
export const ScopedWindowSchema = z
  .strictObject({
    ...fields,
    environments: z
      .array(nameText('environment'))
      .min(1)
      .max(100)
      .optional()
      .meta({
        description: 'Only in these environments. Without it: in all.',
        examples: [['production']],
      }),
    labels: LabelsSchema.default({}).meta({
      description: 'Only for services that have all of these labels.',
      examples: [{ tier: 'db' }],
    }),
  })
  .superRefine(refuseChanceWeekday)
  .superRefine(needOneEnd)
  .transform(({ start, reason, environments = null, ...window }) => ({
    ...window,
    environments,
    ...filled(window, start, reason),
  }))
  .meta({ title: 'window' });

/** Without a weekday or a start it would be the weekday of the first of January 1970, and nobody meant that. */
function refuseChanceWeekday(
  { rrule, start }: { readonly rrule: string; readonly start?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (start !== undefined || !/FREQ=WEEKLY/.test(rrule) || /BYDAY=/.test(rrule)) return;
  const message = 'expected BYDAY, or a start that says which weekday is meant';
  context.addIssue({ code: 'custom', path: ['rrule'], message });
}

/** With both, nights in which the clocks change would have two ends. */
function needOneEnd(
  window: { readonly duration?: unknown; readonly until?: unknown },
  context: z.RefinementCtx,
): void {
  const given = (['duration', 'until'] as const).filter((name) => window[name] !== undefined);
  if (given.length === 1) return;
  const message =
    'expected exactly one of "duration" (time that passes) and "until" (a time such as "MO 00:00")';
  context.addIssue({ code: 'custom', path: [given.length === 0 ? 'duration' : 'until'], message });
}

const filled = (
  { kind }: { readonly kind: 'allow' | 'deny' },
  start = '1970-01-01T00:00',
  reason = kind === 'allow' ? 'deployment window' : 'closed by a window',
) => ({ start, reason });
