import { z } from 'zod';
import { nameText, serviceKeyText } from '../problems/name-problem.js';
import { duration } from '../values/duration.js';
import { DEFAULT_NAMESPACE, NAMESPACE_PATTERN } from '../values/namespace.js';
import { LabelsSchema } from '../values/labels.js';
import { TargetSchema } from '../values/schemas.js';
import { StrategySchema } from '../strategy/strategy.schema.js';
import { AnalysisSchema } from './analysis.schema.js';
import { CheckSchema } from './check.schema.js';
import { DriverSchema } from './driver.schema.js';
import { FlagStoreSchema } from './flag-store.schema.js';
import { LimitSchema } from './limit.schema.js';
import { MetricSourcesSchema } from './metric-source.schema.js';
import { NetworkSchema } from './network.schema.js';
import { PolicyOverrideSchema, PolicySchema } from './policy.schema.js';
import { PromotionsSchema } from './promotion.schema.js';
import { RetentionSchema } from './retention.schema.js';
import { RouterSchema } from './router.schema.js';
import { SecuritySchema } from './security.schema.js';
import { ServerSchema } from './server.schema.js';
import { ScopedWindowSchema } from './window.schema.js';

const ANALYSIS_NAME = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;
const ANALYSIS_WANTED = 'expected a name of lower-case letters, digits, "_" or "-"';

/** What may be said of a service as a whole, and again for one of its environments. */
const settings = {
  driver: DriverSchema.optional(),
  targets: z.array(TargetSchema).max(10_000).optional(),
  strategy: StrategySchema.optional(),
  checks: z.array(CheckSchema).max(100).optional(),
  router: RouterSchema.optional(),
  /** Where feature flags are set; in the workers' Redis unless said otherwise. */
  flags: FlagStoreSchema.optional(),
  /** Metric analyses that strategies name. */
  analyses: z.record(z.string().regex(ANALYSIS_NAME, ANALYSIS_WANTED), AnalysisSchema).optional(),
  /** What limits and freezes go by. */
  labels: LabelsSchema.optional(),
};

export const ServiceConfigSchema = z.strictObject({
  ...settings,
  policy: PolicySchema.prefault({}),
  /** Versions that were good in one environment go on to another. */
  promotions: PromotionsSchema.default([]),
  environments: z
    .record(
      nameText('environment'),
      z.strictObject({ ...settings, policy: PolicyOverrideSchema.optional() }),
    )
    .default({}),
});

/** The configuration of workers and servers: `signalbox.config.{yaml,json,js,ts}`. */
export const ConfigSchema = z.strictObject({
  /** First part of every key in Redis. */
  namespace: z
    .string()
    .regex(NAMESPACE_PATTERN, 'expected letters, digits, ".", "_" or "-"')
    .default(DEFAULT_NAMESPACE),
  /** `"*"` is the fallback for any service that is not named. */
  services: z.record(serviceKeyText, ServiceConfigSchema),
  worker: z
    .strictObject({
      /** Jobs of each queue that one worker process carries out side by side. */
      concurrency: z.int().min(1).max(1_000).default(50),
      /** A worker that is silent for this long is taken for dead. */
      lease: duration({ min: 1_000, max: 600_000 }).default(5_000),
      /** What a stopping worker gives the step in hand before it hands it back. */
      shutdownGrace: duration({ max: 600_000 }).default(20_000),
    })
    .prefault({}),
  /** Where analyses find their metrics, by name. */
  metricSources: MetricSourcesSchema,
  /** Where checks and metric sources may connect to. */
  network: NetworkSchema.optional(),
  /** When deployments may begin, or may not, in environments or for labels; each service's policy may say more. */
  windows: z.array(ScopedWindowSchema).max(100).default([]),
  /** How many deployments may be under way at once, in an environment or of services with a label. */
  limits: z.array(LimitSchema).max(100).default([]),
  /**
   * What a new deployment, a claim and a transition wait for, beside the primary: so
   * many replicas must have them before anything follows. All there are, or a
   * failover to one that lacks the write repeats calls.
   */
  durability: z
    .strictObject({
      replicas: z.int().min(1).max(9),
      /** For how long one look waits; the write is sent again until they have it. */
      timeout: duration({ min: 10, max: 60_000 }).default(500),
    })
    .optional(),
  /** How long what has ended is kept. */
  retention: RetentionSchema,
  /** Take drivers and checks from jobs: whoever can write a job may then run commands on the workers. */
  trustPublishers: z.boolean().default(false),
  /** Who may look, ask and decide over HTTP, and whose jobs workers take. */
  security: SecuritySchema.prefault({}),
  /** What `signalbox server` and `up` let one client take. */
  server: ServerSchema.prefault({}),
});

export type ConfigInput = z.input<typeof ConfigSchema>;
export type Config = z.output<typeof ConfigSchema>;

/** Types a configuration written in TypeScript; it is checked when it is loaded. */
export const defineConfig = (config: ConfigInput): ConfigInput => config;
