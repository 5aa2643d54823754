import { z } from 'zod';
import { duration } from '../values/duration.js';
import { AmountSchema, TargetIdSchema } from '../values/schemas.js';
import { FlagSettingSchema } from './flag-setting.schema.js';
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

/** One of the steps that are given directly. */
export const StepSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('deploy'),
      targets: BatchSchema.meta({
        description:
          'Which targets get the version: ids, an amount of those that are left, or a word (`all`, `rest`, `deployed`; with colours `live`, `idle`).',
        examples: ['25%'],
      }),
    }),
    z.strictObject({
      kind: z.literal('check'),
      targets: GroupSchema.optional().meta({
        description: 'Which targets are checked. Default: those deployed since the last check.',
        examples: ['deployed'],
      }),
    }),
    z.strictObject({
      kind: z.literal('wait'),
      for: duration().meta({ description: 'How long to wait.', examples: ['5m'] }),
    }),
    z.strictObject({
      kind: z.literal('shift'),
      to: GroupSchema.optional().meta({
        description: 'Targets that get the traffic. Default: those with the new version.',
        examples: ['deployed'],
      }),
      from: GroupSchema.optional().meta({
        description: 'Targets that give the rest. Default: all others.',
        examples: ['live'],
      }),
      percent: percent.meta({
        description: 'Percentage of the traffic that `to` gets.',
        examples: [10],
      }),
    }),
    z.strictObject({
      kind: z.literal('set_flag'),
      flag: FlagSettingSchema.optional().meta({
        description: 'The flag: its name, or in full. Default: `ff_<service>_<version>`.',
        examples: ['new-checkout'],
      }),
      percent: percent.meta({
        description: 'Percentage of users that get the flag.',
        examples: [50],
      }),
    }),
    z.strictObject({
      kind: z.literal('gate'),
      ...gateSettings,
      name: GateNameSchema.meta({
        description: 'Name of the gate, for `signalbox promote`.',
        examples: ['before-traffic'],
      }),
    }),
    z.strictObject({
      kind: z.literal('analyze'),
      analysis: AnalysisNameSchema.meta({
        description: 'Name of one of the service’s `analyses`.',
        examples: ['errors'],
      }),
      mode: z
        .enum(['inline', 'background'])
        .optional()
        .describe(
          '`inline`: wait for its verdict. `background`: go on meanwhile. Default: `inline`.',
        ),
    }),
    z.strictObject({
      kind: z.literal('retire'),
      targets: GroupSchema.optional().meta({
        description:
          'Targets whose version is removed. Default: those that did not get the new one.',
        examples: ['idle'],
      }),
    }),
  ])
  .meta({ title: 'step' });
