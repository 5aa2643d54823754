import { z } from 'zod';
import { duration } from '../values/duration.js';
import { either } from '../values/either.js';
import { TextSchema } from '../values/schemas.js';

/** Names an analysis of the service; whether there is one of that name is told when it is planned. */
export const AnalysisNameSchema = TextSchema.max(100);

/** What people type to promote: no white space, no leading dash. */
export const GateNameSchema = z
  .string()
  .max(63)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'expected letters, digits, ".", "_" or "-", starting with a letter or digit',
  );

export const gateSettings = {
  name: GateNameSchema.optional().meta({
    description: 'Name of the gate, for `signalbox promote`. Default: `stage-1` and so on.',
    examples: ['after-first'],
  }),
  timeout: duration({ min: 1 })
    .optional()
    .meta({
      description: 'How long it waits. Without it: until somebody promotes.',
      examples: ['30m'],
    }),
  onTimeout: z
    .enum(['promote', 'abort'])
    .optional()
    .meta({
      description: 'What happens after `timeout`. Default: `abort`.',
      examples: ['promote'],
    }),
};

/** `true` is a gate with nothing said of it. */
export const GateSettingSchema = either(
  z.boolean(),
  z.strictObject(gateSettings),
  'expected true, or name, timeout and onTimeout',
).meta({ title: 'gate' });

/** A name alone is that analysis, inline after each stage. */
export const AnalysisUseSchema = either(
  AnalysisNameSchema.transform((name) => ({ name })),
  z.strictObject({
    name: AnalysisNameSchema.meta({
      description: 'Name of one of the service’s `analyses`.',
      examples: ['errors'],
    }),
    mode: z
      .enum(['inline', 'background'])
      .optional()
      .describe(
        '`inline`: after each stage but the last. `background`: from a stage to the end. Default: `inline`.',
      ),
    from: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .meta({ description: 'First stage that it looks at, counted from 1.', examples: [2] }),
  }),
  'expected the name of an analysis, or name, mode and from',
).meta({ title: 'analysis use' });

export const stageSettings = {
  wait: duration()
    .optional()
    .meta({ description: 'How long the stage is watched before the next one.', examples: ['10m'] }),
  gate: GateSettingSchema.optional().describe('Wait for a person after the stage.'),
  analyze: AnalysisNameSchema.optional().meta({
    description: 'Analysis to run after the stage.',
    examples: ['errors'],
  }),
};
