import { z } from 'zod';
import { duration } from '../values/duration.js';
import { either } from '../values/either.js';
import { AmountSchema } from '../values/schemas.js';
import { FlagSettingSchema } from './flag-setting.schema.js';
import { StepSchema } from './step.schema.js';
import {
  AnalysisNameSchema,
  AnalysisUseSchema,
  GateSettingSchema,
  gateSettings,
  stageSettings,
} from './stage.schema.js';

const capacity = {
  maxUnavailable: AmountSchema.optional().meta({
    description:
      'Targets that may be out of service at once: a number or a percentage. Default: the size of a batch.',
    examples: ['25%'],
  }),
  failureTolerance: AmountSchema.optional().meta({
    description: 'Targets that may fail without failing the deployment. Default: none.',
    examples: [1],
  }),
};

const batches = {
  batchSize: AmountSchema.optional().meta({
    description: 'Targets taken at once, of any size: a number or a percentage. Default: 1.',
    examples: ['25%'],
  }),
  ...capacity,
};

const RollingSchema = z.strictObject({
  kind: z.literal('rolling'),
  ...batches,
  delay: duration()
    .optional()
    .meta({ description: 'Wait between two batches. Default: none.', examples: ['30s'] }),
  minHealthyTime: duration()
    .optional()
    .meta({
      description: 'A batch must still be healthy after this long. Default: 0.',
      examples: ['1m'],
    }),
  analysis: AnalysisUseSchema.optional().meta({
    description: 'An analysis along the way: its name, or in full.',
    examples: ['errors'],
  }),
  pauseAfterFirst: GateSettingSchema.optional().describe(
    'Wait for a person after the first batch.',
  ),
});

const share = z.number().gt(0).max(100);

const CanarySchema = z.strictObject({
  kind: z.literal('canary'),
  stages: z
    .array(
      either(
        share,
        z.strictObject({
          targets: share.optional().meta({
            description: 'Percentage of the targets, of any size, that have the new version.',
            examples: [10],
          }),
          weight: z
            .number()
            .min(0)
            .max(100)
            .optional()
            .meta({
              description: 'Percentage of the traffic that they get together.',
              examples: [5],
            }),
          ...stageSettings,
        }),
        'expected a percentage, or targets and weight',
      ),
    )
    .min(1)
    .max(100)
    .optional()
    .meta({
      description:
        'Percentages that are reached stage by stage, or stages in full. Default: 10, 25, 50, 100.',
      examples: [[5, 25, 100]],
    }),
  traffic: z
    .boolean()
    .optional()
    .describe('Numbers in `stages` are percentages of the traffic, not of the targets.'),
  analysis: AnalysisUseSchema.optional().meta({
    description: 'An analysis along the way: its name, or in full.',
    examples: [{ name: 'errors', mode: 'background', from: 2 }],
  }),
  wait: duration()
    .optional()
    .meta({
      description: 'How long each stage but the last is watched. Default: 0.',
      examples: ['10m'],
    }),
  successThreshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({
      description:
        'Share of a batch that must take the version; below it the deployment stops. Default: 0.95.',
      examples: [0.9],
    }),
  maxUnavailable: AmountSchema.optional().meta({
    description: 'Targets that may be out of service at once: a number or a percentage.',
    examples: [1],
  }),
});

const BlueGreenSchema = z.strictObject({
  kind: z.literal('blue_green'),
  batchSize: AmountSchema.optional().meta({
    description: 'Targets of the idle colour taken at once. Default: all.',
    examples: ['50%'],
  }),
  analyze: z
    .strictObject({
      before: AnalysisNameSchema.optional().meta({
        description: 'Analysis to run before the traffic moves.',
        examples: ['smoke'],
      }),
      after: AnalysisNameSchema.optional().meta({
        description: 'Analysis to run after the traffic has moved.',
        examples: ['errors'],
      }),
    })
    .optional()
    .describe('Analyses to run before and after the traffic moves.'),
  promotion: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('auto'),
        after: duration()
          .optional()
          .meta({
            description: 'Wait this long before the traffic moves. Default: not at all.',
            examples: ['10m'],
          }),
      }),
      z.strictObject({ kind: z.literal('gate'), ...gateSettings }),
    ])
    .optional()
    .meta({
      description:
        'How the traffic moves: by itself, or when a person promotes. Default: by itself, at once.',
      examples: [{ kind: 'gate', timeout: '1h' }],
    }),
  retire: z
    .enum(['keep', 'remove'])
    .optional()
    .meta({
      description:
        'What happens to the old colour. Default: `keep`, so that a rollback is one switch.',
      examples: ['remove'],
    }),
  retireDelay: duration()
    .optional()
    .meta({
      description: 'How long the old colour stays before it is removed. Default: 30 s.',
      examples: ['10m'],
    }),
  maxUnavailable: AmountSchema.optional().meta({
    description:
      'How many fewer targets may have the traffic after the switch than before: a number or a percentage of those that have it. `0` refuses a switch to fewer. Default: no limit.',
    examples: [0],
  }),
});

const FeatureFlagSchema = z.strictObject({
  kind: z.literal('feature_flag'),
  flag: FlagSettingSchema.optional().meta({
    description: 'The flag: its name, or in full. Default: `ff_<service>_<version>`.',
    examples: ['new-checkout'],
  }),
  percentage: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .meta({
      description: 'Percentage of users at the end. Alone, it is set in one step.',
      examples: [50],
    }),
  stages: z
    .array(
      either(
        share,
        z.strictObject({
          percent: share.meta({
            description: 'Percentage of users that this stage reaches.',
            examples: [10],
          }),
          ...stageSettings,
        }),
        'expected a percentage, or percent with more about its stage',
      ),
    )
    .min(1)
    .max(100)
    .optional()
    .meta({
      description:
        'Percentages of users, stage by stage, or stages in full. Default: 1, 10, 50, 100.',
      examples: [[1, 10, 100]],
    }),
  ...batches,
  analysis: AnalysisUseSchema.optional().meta({
    description: 'An analysis along the way: its name, or in full.',
    examples: ['errors'],
  }),
  wait: duration()
    .optional()
    .meta({
      description: 'How long each stage but the last is watched. Default: 0.',
      examples: ['10m'],
    }),
});

const StepsSchema = z.strictObject({
  kind: z.literal('steps'),
  steps: z.array(StepSchema).min(1).max(1_000).describe('The steps, in order.'),
  partial: z
    .boolean()
    .optional()
    .describe('Some targets, or some traffic, may stay with the old version at the end.'),
  ...capacity,
});

export const StrategySchema = z
  .discriminatedUnion('kind', [
    RollingSchema,
    CanarySchema,
    BlueGreenSchema,
    FeatureFlagSchema,
    StepsSchema,
  ])
  .meta({ title: 'strategy' });
