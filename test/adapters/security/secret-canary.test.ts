import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createWorker } from '../../../src/app/workers/create-worker.js';
import { composeServer } from '../../../src/app/server/compose-server.js';
import { createLog } from '../../../src/app/process/log.js';
import { openSession } from '../../../src/app/session/open-session.js';
import type { ConfigInput } from '../../../src/contracts/config/config.schema.js';
import { CliWorld } from '../../cli/cli-world.js';
import { FakeDriver } from '../../support/fake-services.js';
import { startPipeline } from '../../support/pipeline.js';
import { fullDump } from './state-dump.js';

/** With signs that JSON, URLs and shells each write in a way of their own. */
const FROM_ENV = 'canary7f3a"en\\v+/= &x';
const FROM_FILE = 'canary9b1c"fi\\le+/= &x';
/** No piece of them either, as they are or in base64. */
const TRACES = ['canary7f3a', 'canary9b1c', 'Y2FuYXJ5N2YzY', 'Y2FuYXJ5OWIxY'];

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Repeats whatever it was sent, in many forms, as careless servers do. */
async function startEcho(): Promise<string> {
  const server = createServer((request, response) => {
    const sent = Object.values(request.headers).join(' ');
    response.writeHead(request.url?.startsWith('/fine') ? 200 : 500);
    const forms = [sent, JSON.stringify(sent), encodeURIComponent(sent), `\u001b[31m${sent}`];
    response.end(forms.join('\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const print = String.raw`printf 'deploying with %s\n' "$TOKEN"; printf '\033[31m%s\033[0m\n' "$TOKEN" >&2; printf '%s' "$KEY" | base64 -w0; printf '%s' "$KEY"`;

const argvOf = (script: string): [string, ...string[]] => ['/bin/sh', '-c', script];

/** Services that end badly, each in a way of its own. */
function services(echo: string, file: string): ConfigInput['services'] {
  const env = { TOKEN: 'env:CANARY', KEY: `file:${file}` };
  const shell = (script: string) => ({
    driver: { kind: 'command' as const, argv: argvOf(script), env, killGrace: 0 },
  });
  const settings = {
    targets: [{ id: 'web-1', address: '127.0.0.1:1' }],
    policy: { retries: 0, onFailure: 'rollback' as const },
  };
  const http = (path: string, headers: Record<string, string>) => ({
    kind: 'http' as const,
    url: `${echo}/${path}`,
    headers,
    unhealthyThreshold: 1,
  });
  return {
    good: { ...settings, ...shell(`${print}; exit 0`) },
    exits: { ...settings, ...shell(`${print}; exit 3`) },
    killed: { ...settings, ...shell(`${print}; kill -9 $$`) },
    slow: {
      ...settings,
      driver: { ...shell(`${print}; exec sleep 60`).driver, timeout: 300 },
    },
    missing: {
      ...settings,
      driver: { kind: 'command', argv: ['true'], env: { ...env, OTHER: 'env:SET_AT_THE_START' } },
    },
    sick: {
      ...settings,
      ...shell('exit 0'),
      checks: [http('broken', { 'x-env': 'env:CANARY', 'x-file': `file:${file}` })],
    },
    empty: {
      ...settings,
      ...shell('exit 0'),
      checks: [{ ...http('fine', { 'x-file': `file:${file}` }), expectedBody: 'not to be found' }],
    },
    measured: {
      ...settings,
      ...shell('exit 0'),
      strategy: { kind: 'rolling', analysis: 'errors' },
      analyses: {
        errors: {
          metrics: [{ name: 'e', kind: 'threshold', source: 'prom', query: 'up', max: 1 }],
          interval: 100,
          count: 2,
          consecutiveErrorLimit: 0,
          onInconclusive: 'fail',
        },
      },
    },
    told: {
      ...settings,
      ...shell('exit 0'),
      checks: [
        {
          kind: 'command',
          argv: argvOf(`${print}; printf '%s' "$FILE"; exit 2`),
          env: { TOKEN: 'env:CANARY', FILE: `file:${file}` },
          unhealthyThreshold: 1,
        },
      ],
    },
  };
}

test('the canary is found where it is', () => {
  const text = JSON.stringify({ a: FROM_ENV, b: Buffer.from(FROM_FILE).toString('base64') });
  expect(TRACES.filter((trace) => text.includes(trace))).toHaveLength(2);
});

describe('a secret that a configuration names', () => {
  test('is nowhere but where it is used, however a deployment ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-canary-'));
    closing.push(() => rm(folder, { recursive: true }));
    const [file, stateDir] = [join(folder, 'secret'), join(folder, 'state')];
    await mkdir(stateDir);
    await writeFile(file, `${FROM_FILE}\n`);
    vi.stubEnv('CANARY', FROM_ENV);
    vi.stubEnv('SET_AT_THE_START', 'x');
    const echo = await startEcho();
    const configured = services(echo, file);
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { url, namespace, producer, until } = pipeline;

    let logged = '';
    const log = createLog('info', { write: (line) => (logged += line) });
    const worker = await createWorker({
      connection: url,
      config: {
        namespace,
        services: configured,
        metricSources: { prom: { kind: 'prometheus', url: echo, bearer: `file:${file}` } },
      },
      log,
      stateDir,
    });
    closing.push(() => worker.stop());
    // Gone later, it is missed by the call.
    vi.stubEnv('SET_AT_THE_START', undefined);
    const ids: string[] = [];
    const ends: string[] = [];
    for (const service of Object.keys(configured)) {
      const { deploymentId } = await producer.deploy({ service, version: '1' });
      ids.push(deploymentId);
      ends.push(`${service} ${(await until(deploymentId)).state.status}`);
    }
    expect(ends.filter((end) => end.endsWith('completed'))).toEqual(['good completed']);

    const places = new Map<string, string>([
      ['log', logged],
      ['state', await textOf(stateDir)],
    ]);
    for (const [key, value] of await fullDump(pipeline.connection.client, namespace)) {
      places.set(key, value);
    }
    for (const [place, text] of await told(pipeline, ids)) places.set(place, text);
    // It was there to be hidden: the evidence of outputs and bodies is kept, without it.
    expect([...places.values()].join('\n')).toContain('deploying with ***');
    expect(logged).not.toBe('');
    for (const [place, text] of places) {
      for (const trace of TRACES) expect(text, place).not.toContain(trace);
    }
  });
});

async function textOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
  );
  return texts.join('\n');
}

/** What people and programs are told of these deployments: pages, Bull Board and the command line. */
async function told(
  { url, namespace }: Awaited<ReturnType<typeof startPipeline>>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const server = await composeServer({
    connection: url,
    namespace,
    host: '127.0.0.1',
    port: 0,
    writableBoard: false,
  });
  closing.push(() => server.close());
  const env = { USER: 'ada', REDIS_URL: url, SIGNALBOX_NAMESPACE: namespace };
  const world = new CliWorld();
  const places = new Map<string, string>();
  const paths = [
    ...ids.map((id) => `/deployments/${id}`),
    ...['plan', 'execute', 'verify', 'rollback'].map(
      (queue) => `/queues/api/queues?activeQueue=${queue}&status=latest&page=1&jobsPerPage=100`,
    ),
  ];
  for (const path of paths) {
    for (const accept of ['text/html', 'application/json']) {
      const answer = await fetch(`${server.address}${path}`, { headers: { accept } });
      places.set(`${accept} ${path}`, await answer.text());
    }
  }
  const commands = [
    ['history', '--limit', '100'],
    ['events', '--no-follow', '--from', 'beginning', '--json'],
    ['status', '--json'],
    ...ids.flatMap((id) => [
      ['show', id],
      ['show', id, '--json'],
      ['explain', id],
    ]),
  ];
  for (const argv of commands) {
    const { out, err } = await world.run(argv, {
      env,
      openSession: (flags) => openSession(flags, env),
    });
    places.set(argv.join(' '), out + err);
  }
  return places;
}
