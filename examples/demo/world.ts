import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import type { ConfigInput } from 'signalbox/config';
import { stopAllProcesses } from 'signalbox/drivers';

/** Everything the demo starts, and takes away again. */
export interface World {
  readonly redis: string;
  readonly http: string;
  readonly folder: string;
  readonly targets: readonly { readonly id: string; readonly address: string }[];
  /** Asks the running processes themselves. */
  versions(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
export const CLI = path('../../dist/app/cli.main.js');
const RELEASES = path('../sample-service/releases');

/** `signalbox up` on a configuration with three targets, in a folder that goes with the demo. */
export async function createWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-demo-'));
  const ports = await freePorts(3);
  const targets = ports.map((port, at) => ({ id: `web-${at + 1}`, address: `127.0.0.1:${port}` }));
  await writeFile(join(folder, 'signalbox.config.json'), JSON.stringify(configFor(targets)));
  // The demo brings its own Redis even where REDIS_URL names another.
  const { REDIS_URL: _, ...env } = process.env;
  const up = spawn(process.execPath, [CLI, 'up', '--json', '--port', '0'], {
    cwd: folder,
    env: { ...env, SIGNALBOX_LOG_LEVEL: env['SIGNALBOX_LOG_LEVEL'] ?? 'fatal' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl-C is for the demo, which then takes everything down in order.
    detached: true,
  });
  const close = async (): Promise<void> => {
    await stop(up);
    // The service's processes outlive the worker, as they should: the demo takes them away itself.
    await stopAllProcesses(join(folder, '.signalbox/processes'));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { redis, http } = await addressesOf(up);
    const versions = () => Promise.all(targets.map(({ address }) => versionAt(address)));
    return { redis, http, folder, targets, versions, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function configFor(targets: World['targets']): ConfigInput {
  return {
    services: {
      sample: {
        driver: {
          kind: 'local_process',
          argv: [process.execPath, 'server.mjs'],
          release: join(RELEASES, '{version}'),
          readyTimeout: '10s',
        },
        targets: targets.map(({ id, address }) => ({ id, address })),
        strategy: { kind: 'rolling', batchSize: 1 },
        checks: [
          {
            kind: 'http',
            name: 'healthz',
            url: 'http://{target.address}/healthz',
            interval: '100ms',
            unhealthyThreshold: 2,
          },
        ],
      },
    },
  };
}

async function addressesOf(up: ChildProcess): Promise<{ redis: string; http: string }> {
  if (!up.stdout) throw new Error('no output to read');
  const lines = createInterface({ input: up.stdout });
  const ready = once(lines, 'line');
  const ended = once(up, 'exit').then(() => {
    throw new Error('signalbox up ended before it was ready');
  });
  const [line] = await Promise.race([ready, ended]);
  return JSON.parse(String(line));
}

async function versionAt(address: string): Promise<string> {
  try {
    const answer = await fetch(`http://${address}/version`, { signal: AbortSignal.timeout(2_000) });
    const body: unknown = await answer.json();
    return String(Object(body).version);
  } catch {
    return 'nothing';
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(late);
}

/** Free now; held all together until all are found, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
