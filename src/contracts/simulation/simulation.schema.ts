import { z } from 'zod';
import { AnalysisSchema } from '../config/analysis.schema.js';
import { CheckSchema } from '../config/check.schema.js';
import { PolicySchema } from '../config/policy.schema.js';
import { duration } from '../values/duration.js';
import { either } from '../values/either.js';
import { FreezeInputSchema } from '../freeze-input.js';
import { LabelsSchema } from '../values/labels.js';
import {
  EnvironmentNameSchema,
  ServiceNameSchema,
  TargetSchema,
  VersionSchema,
} from '../values/schemas.js';
import { AnalysisNameSchema } from '../strategy/stage.schema.js';
import { StrategySchema } from '../strategy/strategy.schema.js';
import { targetId, version } from '../../domain/model/ids.js';
import type { Target } from '../../domain/model/target.js';
import { FaultSchema } from './fault.schema.js';
import { SimulatedMetricsSchema } from './metrics.schema.js';

/** What runs before, and what comes, where nothing else is said. */
export const UNNAMED = { previous: version('previous'), next: version('next') } as const;

/** A service that is simulated without a configuration of workers around it. */
export const SimulationSpecSchema = z
  .strictObject({
    service: ServiceNameSchema.prefault('service'),
    environment: EnvironmentNameSchema,
    version: VersionSchema.optional(),
    /** What is live before it; `null`: this is the first deployment. */
    previousVersion: VersionSchema.nullable().optional(),
    /** That many made-up ones, `web-1` and so on, or these. */
    targets: either(
      z.int().min(1).max(10_000),
      z.array(TargetSchema).min(1).max(10_000),
      'expected a number of targets, or a list of them',
    ).default(3),
    /** Made-up targets are half blue and half green; blue is live. */
    colours: z.boolean().default(false),
    strategy: StrategySchema.prefault({ kind: 'rolling' }),
    checks: z.array(CheckSchema).max(100).default([]),
    analyses: z.record(AnalysisNameSchema, AnalysisSchema).default({}),
    policy: PolicySchema.prefault({}),
    labels: LabelsSchema.default({}),
    freezes: z.array(FreezeInputSchema).max(100).default([]),
    /** Whether something moves its traffic, and sets its flags. */
    router: z.boolean().default(true),
    flags: z.boolean().default(true),
    driver: z
      .strictObject({
        /** The longest that a call may take. */
        timeout: duration({ min: 1 }).default(900_000),
        fences: z.boolean().default(true),
        /** Whether it can take a target back to running nothing. */
        removes: z.boolean().default(true),
      })
      .prefault({}),
  })
  .transform(({ targets, colours, ...spec }) => ({
    ...spec,
    targets: typeof targets === 'number' ? madeUp(targets, colours) : targets,
  }));

export type SimulationSpec = z.output<typeof SimulationSpecSchema>;
export type SimulationSpecInput = z.input<typeof SimulationSpecSchema>;

function madeUp(count: number, coloured: boolean): readonly Target[] {
  const blue = coloured ? Math.ceil(count / 2) : 0;
  return Array.from({ length: count }, (_, at) => {
    const colour = at < blue ? 'blue' : 'green';
    const name = coloured ? `${colour}-${at < blue ? at + 1 : at - blue + 1}` : `web-${at + 1}`;
    const metadata: Record<string, string> = coloured ? { colour } : {};
    return { id: targetId(name), name, address: `${name}.simulated:80`, metadata };
  });
}

/** With seconds and an offset left out or not. */
const MOMENT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/;

/** A date and time; without an offset it is UTC. */
const MomentSchema = z.union(
  [
    z.int().min(0).max(8_640_000_000_000),
    z
      .string()
      .transform((text) =>
        text.replace(
          MOMENT,
          (_, minute, second = ':00', offset = 'Z') => `${minute}${second}${offset}`,
        ),
      )
      .pipe(z.iso.datetime({ offset: true }))
      .transform((text) => Date.parse(text)),
  ],
  { error: 'expected a time such as "2026-12-24T10:00" (UTC) or "2026-12-24T10:00:00+01:00"' },
);

/** How long one driver call takes: `5s`, or anything within `2s..20s`. */
const CallTimeSchema = z
  .union([z.number(), z.string()])
  .transform((value): Record<'min' | 'max', string | number> => {
    const text = String(value);
    const dots = text.indexOf('..');
    if (dots < 1) return { min: value, max: value };
    return { min: text.slice(0, dots), max: text.slice(dots + 2) };
  })
  .pipe(z.strictObject({ min: duration(), max: duration() }))
  .refine(({ min, max }) => min <= max, 'expected a range such as "2s..20s"');

/** Monday morning, in a week without holidays. */
const START = Date.parse('2026-01-12T09:00:00Z');

/** The circumstances of a simulation. The same ones give the same timeline. */
export const SimulationOptionsSchema = z.strictObject({
  /** Instead of the spec's. */
  version: VersionSchema.optional(),
  previousVersion: VersionSchema.nullable().optional(),
  faults: z.array(FaultSchema).max(1_000).default([]),
  metrics: SimulatedMetricsSchema.default({}),
  /** When the plan is made. */
  at: MomentSchema.default(START),
  seed: z.union([z.int(), z.string().max(100)]).default(1),
  /**
   * What becomes of a gate: somebody promotes at once, nobody comes until its
   * timeout decides, or the simulation ends there.
   */
  gates: z.enum(['promote', 'timeout', 'wait']).default('promote'),
  callTime: CallTimeSchema.prefault('1s'),
});

export type SimulationOptions = z.output<typeof SimulationOptionsSchema>;
export type SimulationOptionsInput = z.input<typeof SimulationOptionsSchema>;
