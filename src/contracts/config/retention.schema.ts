import { z } from 'zod';
import { duration } from '../values/duration.js';
import { either } from '../values/either.js';

const DAY = 86_400_000;
const days = (usual: number) => duration({ max: 3_650 * DAY }).default(usual * DAY);

const Limits = z
  .strictObject({
    deployments: days(90).describe('Ended deployments older than this go: 90 days.'),
    keep: z
      .int()
      .min(1)
      .max(10_000)
      .default(50)
      .describe(
        'The newest so many deployments of each service stay whatever their age; so do as many releases and promotions.',
      ),
    most: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1_000)
      .describe(
        'Of one service, ended deployments behind so many newer ones go before their time.',
      ),
    atLeast: days(1).describe(
      'What ended more recently stays in any case: a request sent again is known by its deployment. 1 day.',
    ),
    releases: days(90).describe('Ended releases older than this go: 90 days.'),
    promotions: days(90).describe(
      'Promotions older than this go, unless something may still become of them: 90 days.',
    ),
    jobs: days(7).describe('Finished jobs older than this go, whoever published them: 7 days.'),
  })
  .refine(({ keep, most }) => most >= keep, { path: ['most'], error: 'expected at least `keep`' });

/** What of the past is pruned, by the leading worker. */
export const RetentionSchema = either(
  z.literal('off'),
  Limits,
  'expected "off", or how long what has ended is kept',
)
  .prefault({})
  .describe(
    'how long what has ended is kept; `off` keeps everything. Never pruned: what is active, what a rollback may go back to, whatever an open deployment, release or promotion names, and the last to call a target.',
  )
  .meta({ title: 'retention' });

const MIB = 1024 * 1024;

/** How much is kept of what driver calls write. */
export const OutputSchema = z
  .strictObject({
    perCall: z
      .int()
      .min(0)
      .max(64 * MIB)
      .default(MIB)
      .describe("Bytes kept of the end of one call's output; 0 keeps none."),
    perDeployment: z
      .int()
      .min(0)
      .max(1024 * MIB)
      .default(64 * MIB)
      .describe(
        'Bytes kept of all calls of a deployment together. Lines beyond are dropped and counted.',
      ),
  })
  .prefault({})
  .describe(
    'how much is kept of what driver calls write: `signalbox logs`. It is deleted with its deployment.',
  )
  .meta({ title: 'output' });
