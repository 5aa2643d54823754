import { z } from 'zod';
import { ConfigSchema } from '../src/contracts/config/config.schema.js';
import {
  DeploymentEventSchema,
  EVENT_TYPES,
} from '../src/contracts/events/deployment-event.schema.js';
import { JobResultSchema } from '../src/contracts/jobs/job-result.js';
import { executeDeployment } from '../src/contracts/jobs/execute-deployment.job.js';
import { planDeployment } from '../src/contracts/jobs/plan-deployment.job.js';
import { rollbackDeployment } from '../src/contracts/jobs/rollback-deployment.job.js';
import { verifyDeployment } from '../src/contracts/jobs/verify-deployment.job.js';
import { configPage } from './config-page.js';
import { signedJobsSection } from './signed-jobs-section.js';

const JOBS = [planDeployment, executeDeployment, verifyDeployment, rollbackDeployment] as const;

/** The reference pages, made from the contracts: file name in docs/reference → content. */
export function referenceFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { name, data } of JOBS) {
    files.set(`${name}.schema.json`, json(schemaOf(data, name)));
  }
  files.set('job-result.schema.json', json(schemaOf(JobResultSchema, 'job-result')));
  files.set(
    'deployment-event.schema.json',
    json(schemaOf(DeploymentEventSchema, 'deployment-event')),
  );
  files.set('config.schema.json', json(schemaOf(ConfigSchema, 'config')));
  files.set('jobs.md', jobsPage());
  files.set('events.md', eventsPage());
  files.set('config.md', `${HEAD}${configPage()}`);
  return files;
}

/** What may be sent: input side, with defaults not required. */
function schemaOf(schema: z.ZodType, name: string): object {
  const found = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { ...found, title: name };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const HEAD = '<!-- Made by `npm run reference` from src/contracts. Do not edit. -->\n\n';

function jobsPage(): string {
  const rows = JOBS.map(
    ({ queue, name }) => `| \`${queue}\` | \`${name}\` | [schema](${name}.schema.json) |`,
  );
  return `${HEAD}# Jobs

BullMQ prefix \`{signalbox:0}\`. A finished job returns \`{ deploymentId, state }\` ([schema](job-result.schema.json)).

| queue | job name | data |
|---|---|---|
${rows.join('\n')}

${signedJobsSection()}`;
}

function eventsPage(): string {
  return `${HEAD}# Events

Entries of the Redis stream \`{signalbox:0}:events\`, in one order without gaps; ids are \`<number>-0\`.
Every field is text there and \`data\` is JSON; \`subscribe\` yields them as in the [schema](deployment-event.schema.json).
The list may grow: ignore types you do not know.

${EVENT_TYPES.map((type) => `- \`${type}\``).join('\n')}
`;
}
