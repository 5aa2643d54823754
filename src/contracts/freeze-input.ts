import { z } from 'zod';
import { nameText } from './problems/name-problem.js';
import { duration } from './values/duration.js';
import { LabelsSchema } from './values/labels.js';
import { TextSchema } from './values/schemas.js';

export const FREEZE_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A moment as a date and time with its offset, or in epoch milliseconds. */
const MomentSchema = z.union([
  z.int().min(0).max(8_640_000_000_000),
  z.iso
    .datetime({ offset: true, error: 'expected a time such as "2026-12-20T18:00:00+01:00"' })
    .transform((text) => Date.parse(text)),
]);

/** What somebody who freezes says. A scope that names nothing stops everything. */
export const FreezeInputSchema = z
  .strictObject({
    /** Another one of the same id takes its place; without one, it is given one. */
    id: z.string().regex(FREEZE_ID_PATTERN, 'expected letters, digits, ".", "_" or "-"').optional(),
    scope: z
      .strictObject({
        environment: nameText('environment').nullable().default(null),
        service: nameText('service').nullable().default(null),
        label: LabelsSchema.default({}),
      })
      .prefault({})
      .transform(({ environment, service, label }) => ({ environment, service, labels: label })),
    reason: TextSchema,
    by: TextSchema.max(200).nullable().default(null),
    from: MomentSchema.nullable().default(null),
    until: MomentSchema.nullable().default(null),
    /** Instead of `until`: how long it lasts. */
    for: duration({ min: 1_000, max: 366 * 86_400_000 })
      .nullable()
      .default(null),
  })
  .refine(({ until, for: length }) => until === null || length === null, {
    path: ['until'],
    error: 'expected until or for, not both',
  });
