import { z } from 'zod';
import { keyText } from '../problems/name-problem.js';
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
import { OutputSchema, RetentionSchema } from './retention.schema.js';
import { RouterSchema } from './router.schema.js';
import { SecuritySchema } from './security.schema.js';
import { ServerSchema } from './server.schema.js';
import { ScopedWindowSchema } from './window.schema.js';

/** Fields of people's own, as in Compose; left out when a configuration is loaded. */
const EXTENSIONS = { patternProperties: { '^x-': {} } };

const ANALYSIS_NAME = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;
const ANALYSIS_WANTED = 'expected a name of lower-case letters, digits, "_" or "-"';

/** What may be said of a service as a whole, and again for one of its environments. */
const settings = {
  driver: DriverSchema.optional().describe(
    'How a version is put on a target. Without one the service can’t be deployed.',
  ),
  targets: z.array(TargetSchema).max(10_000).optional().describe('Where the service runs.'),
  strategy: StrategySchema.optional().describe(
    'In which steps it is deployed. Default: `rolling`, one target at a time.',
  ),
  checks: z
    .array(CheckSchema)
    .max(100)
    .optional()
    .describe('Health checks that decide whether a deployment is good.'),
  router: RouterSchema.optional().describe('What moves traffic. Without one nothing does.'),
  flags: FlagStoreSchema.optional().describe(
    'Where feature flags are set. Default: in the workers’ Redis.',
  ),
  analyses: z
    .record(z.string().regex(ANALYSIS_NAME, ANALYSIS_WANTED), AnalysisSchema)
    .optional()
    .describe('Metric analyses that strategies use, by name.'),
  labels: LabelsSchema.optional().meta({
    description: 'Labels that windows, limits and freezes go by.',
    examples: [{ tier: 'db' }],
  }),
};

export const ServiceConfigSchema = z
  .strictObject({
    ...settings,
    policy: PolicySchema.prefault({}).describe('The rules for its deployments.'),
    promotions: PromotionsSchema.default([]).describe('Where a version that was good goes on to.'),
    environments: z
      .record(
        keyText('environment'),
        z
          .strictObject({
            ...settings,
            policy: PolicyOverrideSchema.optional().describe(
              'The rules that differ here; all others are the service’s.',
            ),
          })
          .meta({ title: 'environment', ...EXTENSIONS }),
      )
      .default({})
      .describe(
        'The environments that the service has beside `production`, and what is different there. What is not said there is as for the service. `"*"` stands for every environment that is not named; without it those are refused.',
      ),
  })
  .meta({ title: 'service', ...EXTENSIONS });

/** The configuration of workers and servers: `signalbox.config.{yaml,json,js,ts}`. */
export const ConfigSchema = z
  .strictObject({
    namespace: z
      .string()
      .regex(NAMESPACE_PATTERN, 'expected letters, digits, ".", "_" or "-"')
      .default(DEFAULT_NAMESPACE)
      .meta({
        description:
          'First part of every key in Redis. Installations with different namespaces share a Redis and know nothing of each other.',
        examples: ['shop'],
      }),
    services: z
      .record(keyText('service'), ServiceConfigSchema)
      .describe('What can be deployed, by name. `"*"` stands for every service that is not named.'),
    worker: z
      .strictObject({
        concurrency: z
          .int()
          .min(1)
          .max(1_000)
          .default(50)
          .describe('Jobs of each queue that one worker process handles side by side.'),
        lease: duration({ min: 1_000, max: 600_000 })
          .default(5_000)
          .describe(
            'A worker that is silent for this long is taken for dead, and others take over.',
          ),
        shutdownGrace: duration({ max: 600_000 })
          .default(20_000)
          .describe(
            'Time that a stopping worker gives the current step before it hands it to another worker.',
          ),
      })
      .prefault({})
      .describe('How one worker process works.'),
    unknownService: z
      .strictObject({
        grace: duration({ max: 86_400_000 })
          .default(60_000)
          .describe(
            'Time that a request waits for a worker that is configured for its service, before it is refused.',
          ),
      })
      .prefault({})
      .describe(
        'What becomes of a request for a service that no worker at work is configured for.',
      ),
    metricSources: MetricSourcesSchema.describe('Where analyses find their metrics, by name.'),
    network: NetworkSchema.optional().describe(
      'Where checks and metric sources may connect to. Without it: anywhere but link-local addresses.',
    ),
    windows: z
      .array(ScopedWindowSchema)
      .max(100)
      .default([])
      .describe('When deployments may begin, for many services at once.'),
    limits: z
      .array(LimitSchema)
      .max(100)
      .default([])
      .describe('How many deployments may run at once.'),
    durability: z
      .strictObject({
        replicas: z
          .int()
          .min(1)
          .max(9)
          .describe(
            'Number of replicas. Use all there are: a failover to one that lacks a write repeats calls.',
          ),
        timeout: duration({ min: 10, max: 60_000 })
          .default(500)
          .describe('How long one wait takes; the write is sent again until the replicas have it.'),
      })
      .optional()
      .describe(
        'Replicas of Redis that must have a write before the next step follows. Without it: the primary alone.',
      ),
    output: OutputSchema.describe(
      'How much is kept of what driver calls write, for `signalbox logs`. It is deleted with its deployment.',
    ),
    retention: RetentionSchema.describe(
      'How long the records of the past are kept; `off` keeps everything.',
    ),
    trustPublishers: z
      .boolean()
      .default(false)
      .describe(
        'Take drivers and checks from jobs. Whoever can write a job can then run commands on the workers.',
      ),
    security: SecuritySchema.prefault({}).describe(
      'Who may use the HTTP surface, and whose jobs are taken.',
    ),
    server: ServerSchema.prefault({}).describe(
      'What `signalbox server` and `up` allow one client.',
    ),
  })
  .meta(EXTENSIONS);

export type ConfigInput = z.input<typeof ConfigSchema>;
export type Config = z.output<typeof ConfigSchema>;

/** Types a configuration written in TypeScript; it is checked when it is loaded. */
export const defineConfig = (config: ConfigInput): ConfigInput => config;
