import { z } from 'zod';
import { either } from '../values/either.js';
import { TextSchema } from '../values/schemas.js';

/**
 * What a source says of a metric in one round. A number is the value itself, of
 * a rate the share of the events; `none`: nothing matches; `down`: no answer.
 * JSON has no number for what is not finite: `+Inf`, `-Inf` and `NaN` are words.
 */
const ValueSchema = z.union(
  [
    z.number(),
    z.literal(['none', 'down', '+Inf', '-Inf', 'NaN']),
    /** Drawn from a normal distribution. */
    z.strictObject({ mean: z.number(), deviation: z.number().min(0) }),
    /** Events among so many trials, each coming true with this chance. */
    z.strictObject({ rate: z.number().min(0).max(1), trials: z.int().min(0).max(100_000_000) }),
  ],
  {
    error:
      'expected a number, +Inf, -Inf, NaN, none, down, { mean, deviation } or { rate, trials }',
  },
);

/** One for all rounds, or one for each; behind the end of the list the last one goes on. */
const SeriesSchema = either(
  ValueSchema,
  z.array(ValueSchema).min(1).max(10_000),
  'expected a value, or a list of one for each round',
);

const WANTED = 'expected a value, a list of one for each round, or { canary, baseline } of these';

const SidesSchema = z.strictObject({
  canary: SeriesSchema.optional(),
  baseline: SeriesSchema.optional(),
});

/** What simulated sources answer, by the name of the metric. A series alone is the new version's. */
export const SimulatedMetricsSchema = z
  .record(TextSchema.max(100), either(SeriesSchema, SidesSchema, WANTED))
  .transform((metrics): SimulatedMetrics => {
    const sides = Object.entries(metrics).map(([name, given]) => [name, sidesOf(given)] as const);
    return Object.fromEntries(sides);
  });

export type SimulatedValue = z.output<typeof ValueSchema>;
type Series = z.output<typeof SeriesSchema>;

export interface SimulatedSides {
  readonly canary?: readonly SimulatedValue[] | undefined;
  readonly baseline?: readonly SimulatedValue[] | undefined;
}

export type SimulatedMetrics = Readonly<Record<string, SimulatedSides>>;

function sidesOf(given: z.output<typeof SidesSchema> | Series): SimulatedSides {
  if (!isSides(given)) return { canary: listOf(given) };
  const { canary, baseline } = given;
  return {
    ...(canary !== undefined && { canary: listOf(canary) }),
    ...(baseline !== undefined && { baseline: listOf(baseline) }),
  };
}

const isSides = (
  given: z.output<typeof SidesSchema> | Series,
): given is z.output<typeof SidesSchema> =>
  typeof given === 'object' && !Array.isArray(given) && !('mean' in given) && !('rate' in given);

const listOf = (series: Series): readonly SimulatedValue[] =>
  Array.isArray(series) ? series : [series];
