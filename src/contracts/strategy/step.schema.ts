import { z } from 'zod';
import { duration } from '../values/duration.js';
import { FLAG_NAME_PATTERN } from '../values/flag-record.js';
import { AmountSchema, TargetIdSchema } from '../values/schemas.js';
import { AnalysisNameSchema, GateNameSchema, gateSettings } from './stage.schema.js';

const words = z.enum(['all', 'rest', 'deployed', 'live', 'idle']);
const ids = z.array(TargetIdSchema).min(1).max(10_000);

/** Targets by id, or by a word for those that are meant. */
const GroupSchema = z.union([words, ids], {
  error: 'expected target ids, or all, rest, deployed, live or idle',
});

/** A number of targets or a share of them takes the next ones that are left. */
const BatchSchema = z.union([words, ids, AmountSchema], {
  error: 'expected target ids, an amount such as 2 or "50%", or all, rest, deployed, live or idle',
});

const percent = z.number().min(0).max(100);

export const FlagNameSchema = z
  .string()
  .regex(FLAG_NAME_PATTERN, 'expected the name of a flag, without spaces');

/** One of the steps that are given directly. */
export const StepSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('deploy'), targets: BatchSchema }),
  z.strictObject({ kind: z.literal('check'), targets: GroupSchema.optional() }),
  z.strictObject({ kind: z.literal('wait'), for: duration() }),
  z.strictObject({
    kind: z.literal('shift'),
    to: GroupSchema.optional(),
    from: GroupSchema.optional(),
    percent,
  }),
  z.strictObject({ kind: z.literal('set_flag'), flag: FlagNameSchema.optional(), percent }),
  z.strictObject({ kind: z.literal('gate'), ...gateSettings, name: GateNameSchema }),
  z.strictObject({
    kind: z.literal('analyze'),
    analysis: AnalysisNameSchema,
    mode: z.enum(['inline', 'background']).optional(),
  }),
  z.strictObject({ kind: z.literal('retire'), targets: GroupSchema.optional() }),
]);
