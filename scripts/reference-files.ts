import { z } from 'zod';
import { ConfigSchema } from '../src/contracts/config/config.schema.js';
import { CloudEventSchema } from '../src/contracts/events/cloud-event.schema.js';
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
  files.set('cloud-event.schema.json', json(schemaOf(CloudEventSchema, 'cloud-event')));
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

## A job's id, and what is the same request

- The same \`idempotencyKey\` for the same service and environment is one deployment, whatever the job's id, for as long as the deployment is kept. A key that comes with another request is refused.
- Without a key the deployment follows from the job: its id and its timestamp. One job is one deployment, however often it is handed out. Another job with the same id is another request, after \`queue.obliterate()\` for example, when ids begin again at 1.
- While a job with this id exists, whatever its state, BullMQ adds none: \`add\` returns as if it had, and neither the new data nor a new timestamp is stored. Completed and failed jobs exist until \`removeOnComplete\` or \`removeOnFail\` removes them. Not sure whether an earlier \`add\` came through? Send an \`idempotencyKey\`.
- BullMQ refuses ids of your own that are integers.
- Jobs for \`execute\`, \`verify\` and \`rollback\` name their deployment or service. Their ids say nothing, but those of the form \`<deployment>.<kind>.<run>\`, which workers publish themselves.

${signedJobsSection()}`;
}

function eventsPage(): string {
  return `${HEAD}# Events

Entries of the Redis stream \`{signalbox:0}:events\`, in one order without gaps; ids are \`<number>-0\`.
Every field is text there and \`data\` is JSON; \`subscribe\` yields them as in the [schema](deployment-event.schema.json).
The list may grow: ignore types you do not know.

\`subscribe({ format: 'cloudevents' })\` and \`signalbox events --json --format cloudevents\` give CloudEvents 1.0 in structured JSON ([schema](cloud-event.schema.json)): \`type\` is \`dev.signalbox.\` and the type below, \`source\` \`/signalbox/<namespace>\`, \`subject\` \`<environment>/<service>\`, and \`data\` the plain event. Go on behind one with \`subscribe({ from: { after: event.id } })\`.

${EVENT_TYPES.map((type) => `- \`${type}\``).join('\n')}
`;
}
