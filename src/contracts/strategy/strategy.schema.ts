import { z } from 'zod';
import { duration } from '../values/duration.js';
import { either } from '../values/either.js';
import { AmountSchema } from '../values/schemas.js';
import { FlagNameSchema, StepSchema } from './step.schema.js';
import { AnalysisNameSchema, GateSettingSchema, gateSettings } from './stage.schema.js';

const capacity = {
  maxUnavailable: AmountSchema.optional(),
  failureTolerance: AmountSchema.optional(),
};

const batches = { batchSize: AmountSchema.optional(), ...capacity };

/** A name alone is that analysis, inline after each stage. */
const AnalysisUseSchema = either(
  AnalysisNameSchema.transform((name) => ({ name })),
  z.strictObject({
    name: AnalysisNameSchema,
    mode: z.enum(['inline', 'background']).optional(),
    from: z.int().min(1).max(10_000).optional(),
  }),
  'expected the name of an analysis, or name, mode and from',
);

const stageSettings = {
  wait: duration().optional(),
  gate: GateSettingSchema.optional(),
  analyze: AnalysisNameSchema.optional(),
};

const RollingSchema = z.strictObject({
  kind: z.literal('rolling'),
  ...batches,
  delay: duration().optional(),
  minHealthyTime: duration().optional(),
  analysis: AnalysisUseSchema.optional(),
  pauseAfterFirst: GateSettingSchema.optional(),
});

const share = z.number().gt(0).max(100);

const CanarySchema = z.strictObject({
  kind: z.literal('canary'),
  stages: z
    .array(
      either(
        share,
        z.strictObject({
          targets: share.optional(),
          weight: z.number().min(0).max(100).optional(),
          ...stageSettings,
        }),
        'expected a percentage, or targets and weight',
      ),
    )
    .min(1)
    .max(100)
    .optional(),
  /** Numbers in `stages` are percentages of the traffic. */
  traffic: z.boolean().optional(),
  analysis: AnalysisUseSchema.optional(),
  wait: duration().optional(),
  successThreshold: z.number().min(0).max(1).optional(),
  maxUnavailable: AmountSchema.optional(),
});

const BlueGreenSchema = z.strictObject({
  kind: z.literal('blue_green'),
  batchSize: AmountSchema.optional(),
  analyze: z
    .strictObject({ before: AnalysisNameSchema.optional(), after: AnalysisNameSchema.optional() })
    .optional(),
  promotion: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('auto'), after: duration().optional() }),
      z.strictObject({ kind: z.literal('gate'), ...gateSettings }),
    ])
    .optional(),
  retire: z.enum(['keep', 'remove']).optional(),
  retireDelay: duration().optional(),
});

const FeatureFlagSchema = z.strictObject({
  kind: z.literal('feature_flag'),
  flag: FlagNameSchema.optional(),
  /** The percentage at the end. Alone, it is set in one step. */
  percentage: z.number().min(0).max(100).optional(),
  stages: z
    .array(
      either(
        share,
        z.strictObject({ percent: share, ...stageSettings }),
        'expected a percentage, or percent with more about its stage',
      ),
    )
    .min(1)
    .max(100)
    .optional(),
  ...batches,
  analysis: AnalysisUseSchema.optional(),
  wait: duration().optional(),
});

const StepsSchema = z.strictObject({
  kind: z.literal('steps'),
  steps: z.array(StepSchema).min(1).max(1_000),
  /** Some targets, or some traffic, may be left with the old version. */
  partial: z.boolean().optional(),
  ...capacity,
});

export const StrategySchema = z.discriminatedUnion('kind', [
  RollingSchema,
  CanarySchema,
  BlueGreenSchema,
  FeatureFlagSchema,
  StepsSchema,
]);
