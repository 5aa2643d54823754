import { z } from 'zod';
import { duration } from './duration.js';
import { AmountSchema } from './schemas.js';

export const RollingSchema = z.strictObject({
  kind: z.literal('rolling'),
  batchSize: AmountSchema.optional(),
  delay: duration().optional(),
  minHealthyTime: duration().optional(),
  maxUnavailable: AmountSchema.optional(),
  failureTolerance: AmountSchema.optional(),
});

export const CanarySchema = z.strictObject({
  kind: z.literal('canary'),
  stages: z.array(z.number().gt(0).max(100)).min(1).max(100).optional(),
  wait: duration().optional(),
  successThreshold: z.number().min(0).max(1).optional(),
});

/** Known by name; refused with "not available yet" when planned. */
const BlueGreenSchema = z.strictObject({ kind: z.literal('blue_green') });
const FeatureFlagSchema = z.strictObject({ kind: z.literal('feature_flag') });

export const StrategySchema = z.discriminatedUnion('kind', [
  RollingSchema,
  CanarySchema,
  BlueGreenSchema,
  FeatureFlagSchema,
]);
