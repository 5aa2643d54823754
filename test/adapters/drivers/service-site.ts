import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetch } from 'undici';
import { z } from 'zod';
import { createLocalProcessDriver } from '../../../src/adapters/drivers/local-process/local-process.driver.js';
import { stopAllProcesses } from '../../../src/adapters/drivers/local-process/stop-all-processes.js';
import { identify, isAlive } from '../../../src/adapters/drivers/process/process-identity.js';
import { LocalProcessDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import type { OutputLog } from '../../../src/domain/ports/call-output.js';
import type { DriverCall, TargetDriver } from '../../../src/domain/ports/target-driver.js';
import { driverCall } from './driver-calls.js';

const AnswerSchema = z.object({
  version: z.string(),
  pid: z.number(),
  environment: z.record(z.string(), z.string()),
});
const StartSchema = z.object({ version: z.string(), pid: z.number(), port: z.number() });

/** What every release starts with: it writes down that it was started, before anything else. */
const START = `
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
const { VERSION: version, PORT, HOST, SIGNALBOX_TARGET_ADDRESS, STARTS } = process.env;
const port = Number(PORT);
const onRealPort = SIGNALBOX_TARGET_ADDRESS.endsWith(':' + PORT);
appendFileSync(STARTS, JSON.stringify({ version, pid: process.pid, port }) + '\\n');
const listen = (isReady = () => true) => createServer((request, response) => {
  response.writeHead(request.url === '/version' || isReady() ? 200 : 503);
  response.end(JSON.stringify({ version, pid: process.pid, environment: process.env }));
}).listen(port, HOST);
`;

/** How a release behaves. */
export const RELEASES = {
  good: 'listen();',
  crashing: `console.error('this release lacks a file'); process.exit(1);`,
  crashingOnTheRealPort: `if (onRealPort) { console.error('no luck here'); process.exit(3); } listen();`,
  ignoringSigterm: `process.on('SIGTERM', () => {}); listen();`,
  neverReady: 'listen(() => false);',
  readyWhenTold: `listen(() => existsSync(STARTS + '.ready'));`,
  mute: 'setInterval(() => {}, 60_000);',
} as const;

export interface ServiceSite {
  readonly folder: string;
  readonly port: number;
  /** The configuration of the driver, as an operator would write it. */
  spec(settings?: Record<string, unknown>): Record<string, unknown>;
  driver(
    settings?: Record<string, unknown>,
    environment?: Readonly<Record<string, string>>,
    output?: OutputLog,
  ): TargetDriver;
  release(version: string, behaviour?: keyof typeof RELEASES): void;
  call(text?: Parameters<typeof driverCall>[0]): DriverCall;
  /** What answers on the target's address; `null` when nothing does. */
  answer(): Promise<z.output<typeof AnswerSchema> | null>;
  runs(): Promise<string | null>;
  /** Every process that was started, in order. */
  starts(): readonly z.output<typeof StartSchema>[];
  living(): readonly number[];
  /** Lets the releases that wait for it become ready. */
  getReady(): void;
  close(): Promise<void>;
}

/** A place with releases and a port for them to run on. */
export async function openSite(): Promise<ServiceSite> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-site-'));
  const port = await freePort();
  const ledger = join(folder, 'starts');
  const stateDir = join(folder, 'state');
  const site: ServiceSite = {
    folder,
    port,
    spec: (settings = {}) => ({
      kind: 'local_process',
      argv: [process.execPath, 'server.mjs'],
      release: join(folder, 'releases', '{version}'),
      env: { STARTS: ledger },
      readyPath: '/healthz',
      readyTimeout: '15s',
      stopGrace: '5s',
      stateDir,
      ...settings,
    }),
    driver: (settings, environment = {}, output) =>
      createLocalProcessDriver(LocalProcessDriverSchema.parse(site.spec(settings)), {
        stateDir,
        clock: { now: Date.now, sleep: () => Promise.resolve() },
        environment: { PATH: process.env['PATH'], ...environment },
        output,
      }),
    release(version, behaviour = 'good') {
      const release = join(folder, 'releases', version);
      mkdirSync(release, { recursive: true });
      writeFileSync(join(release, 'server.mjs'), START + RELEASES[behaviour]);
    },
    call: (text) => driverCall({ target: { address: `127.0.0.1:${port}` }, ...text }),
    answer: () => answerOn(port),
    runs: async () => (await answerOn(port))?.version ?? null,
    starts: () =>
      existsSync(ledger)
        ? readFileSync(ledger, 'utf8')
            .trim()
            .split('\n')
            .map((line) => StartSchema.parse(JSON.parse(line)))
        : [],
    living: () => site.starts().flatMap(({ pid }) => (lives(pid) ? [pid] : [])),
    getReady: () => writeFileSync(`${ledger}.ready`, ''),
    async close() {
      await stopAllProcesses(stateDir);
      const left = site.living();
      for (const pid of left) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`${left.length} processes were left unrecorded`);
    },
  };
  return site;
}

export function lives(pid: number): boolean {
  const identity = identify(pid);
  return identity !== null && isAlive(identity);
}

async function answerOn(port: number): Promise<z.output<typeof AnswerSchema> | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/version`);
    return AnswerSchema.parse(await response.json());
  } catch {
    return null;
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
