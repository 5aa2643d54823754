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
  files.set('config.md', configPage());
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

function configPage(): string {
  const { properties = {} } = z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' });
  return `${HEAD}# Configuration

\`signalbox.config.{ts,js,mjs,yaml,yml,json}\`; \`defineConfig\` of \`signalbox/config\` types it. All fields: [schema](config.schema.json).
Durations are milliseconds or text such as \`"30s"\`, \`"5m"\`; amounts are a number of targets or \`"25%"\`.

${Object.entries(properties).map(row).join('\n')}

## Placeholders

\`{service} {environment} {version} {previousVersion} {deploymentId} {fence} {action} {target.id} {target.name} {target.address} {target.host} {target.port} {target.metadata.KEY}\`
fill whole argv elements or parts of one (never a shell string), urls and addresses of checks. Write \`{{\` for a brace.
A version is any 1 to 256 printable characters without spaces, and comes from whoever publishes jobs. Where a shell reads an element (\`ssh host …\`, \`sh -c …\`), a value with the shell's own characters is refused; pass it as an argument of a script (\`["sh", "-c", "deploy \\"$1\\"", "sh", "{version}"]\`), and write \`"$SIGNALBOX_VERSION"\` in quotes.

## What commands and services see

\`PATH\`, \`HOME\`, \`LANG\` and their like, the driver's \`env\`, and \`SIGNALBOX_DEPLOYMENT_ID\`, \`_SERVICE\`, \`_ENVIRONMENT\`, \`_VERSION\`, \`_PREVIOUS_VERSION\`, \`_TARGET_ID\`, \`_TARGET_ADDRESS\`, \`_FENCE\`, \`_ACTION\` (\`deploy\` or \`rollback\`); a \`command\` also \`SIGNALBOX_CALL\`, which marks all that this one call starts.
Nothing else of the worker's environment, which holds secrets: pass what is needed as \`env: { KUBECONFIG: "env:KUBECONFIG" }\`. Such values are shown as \`***\`.
A command that looks at a target (\`driver.observe\`) sees \`_SERVICE\`, \`_ENVIRONMENT\`, \`_TARGET_ID\`, \`_TARGET_ADDRESS\` and \`_ACTION\` (\`observe\`): not what it should find there, so that it can't just repeat it. The same goes for its placeholders.
A \`local_process\` service sees \`PORT\`, \`HOST\` and \`VERSION\` as well, and \`SIGNALBOX_PROBATION=1\` while it is tried on a spare port.

## What a command leaves running

A \`command\` that starts a service in the background and ends with exit code 0 leaves it running (\`driver.background: keep\`, the default). The service lives on, also when the worker ends. The evidence of the call names it: \`background: "pid 4242 (/bin/sh ./run.sh)"\`. What it writes to the command's output from then on is read and thrown away, so it can fill no disk: a service that needs its log opens a file itself.
With \`driver.background: refuse\` such a call fails, names what was left, and ends it. What still runs 250 ms after the command's end counts as left.
A call that fails, is aborted or takes too long ends all that it started: the command's process group, and on Linux also what left that group (\`setsid\`) and has \`SIGNALBOX_CALL\` in its environment. Not found is what left the group and runs as another user or overwrote its own environment; where it still holds the command's output, the evidence says so, and \`refuse\` fails the call.
A worker under systemd takes what it started with it when it is restarted, unless its unit says \`KillMode=process\`.

## What a target shows of an unrecorded call

A worker that dies after a driver's call and before the record of its end leaves open what became of it. Whoever takes over first sees to it that nothing of the call still runs. A driver that can see what is at the target then looks: if the target runs just this version, put there by just this deployment with just this call's fence, the call is recorded as done (\`evidence: { observed: true, fence }\`) and not made again. Anything else, also silence, proves nothing, and the call is made again.
\`local_process\` knows by itself. The \`command\` driver knows where its command leaves a mark at the target and \`observe\` prints it:

\`\`\`yaml
driver:
  kind: command
  argv: ["./deploy.sh", "{target.host}", "{version}"]
  observe: { argv: ["ssh", "{target.host}", "cat /srv/api/signalbox.json"], timeout: 10s }
\`\`\`

It must print one JSON object with \`version\`, \`deploymentId\` and \`fence\` and exit with 0. The command of \`argv\` takes the old mark away before it changes anything, and writes the new one as its very last deed, when the version runs: \`{"version":"$SIGNALBOX_VERSION","deploymentId":"$SIGNALBOX_DEPLOYMENT_ID","fence":$SIGNALBOX_FENCE}\`. Without \`observe\`, calls are made again, as ever.

## Environment variables

| variable | meaning |
|---|---|
| \`REDIS_URL\` | \`redis://\`, \`rediss://\`, \`redis-sentinel://host:port,host:port/master\` or \`redis-cluster://host:port,host:port\` |
| \`SIGNALBOX_CONFIG\` | path of the configuration |
| \`SIGNALBOX_NAMESPACE\` | first part of every key; default \`signalbox\` |
| \`SIGNALBOX_SIGNING_NAME\`, \`SIGNALBOX_SIGNING_KEY\` | as which publisher the command line signs, and with which key: a private key as PEM, the secret of an HMAC, or \`file:/path\` of one |
| \`SIGNALBOX_LOG_LEVEL\` | \`debug\`, \`info\`, \`warn\`, \`error\`, \`fatal\`; default \`info\` |
| \`SIGNALBOX_ALLOW_EVICTION\` | \`1\` accepts a Redis that evicts keys; for development only |
`;
}

function row([name, schema]: [string, unknown]): string {
  const about =
    typeof schema === 'object' && schema && 'description' in schema
      ? String(schema.description)
      : '';
  return `- \`${name}\`${about ? `: ${about}` : ''}`;
}
