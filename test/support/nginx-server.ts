import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from './free-port.js';
import { renderUpstream } from '../../src/adapters/routers/nginx/nginx-upstream.js';
import type { RouteCall } from '../../src/domain/ports/traffic-router.js';
import { debianTool } from './debian-tool.js';
import { accepts } from './haproxy-server.js';

type Argv = [string, ...string[]];

export interface RunningNginx {
  readonly folder: string;
  /** What the router writes. */
  readonly upstreamFile: string;
  readonly pidFile: string;
  readonly test: Argv;
  readonly reload: Argv;
  readonly port: number;
  readonly url: string;
  readonly kill: () => Promise<void>;
  /** Starts it again once it was ended, with the files as they are by then. */
  readonly restart: () => Promise<void>;
  /** Ends it with its workers and takes its files away. */
  readonly dispose: () => Promise<void>;
}

/** A real nginx with two workers before one upstream named as the service, all targets alike. */
export async function startNginx(call: RouteCall): Promise<RunningNginx> {
  const binary = await debianTool('nginx');
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-nginx-'));
  const port = await freePort();
  const upstreamFile = join(folder, 'upstreams', `${call.service}.conf`);
  const pidFile = join(folder, 'nginx.pid');
  const common: Argv = [binary, '-p', folder, '-e', join(folder, 'error.log')];
  const run: Argv = [...common, '-c', join(folder, 'nginx.conf')];
  await mkdir(join(folder, 'upstreams'));
  await writeFile(upstreamFile, firstUpstream(call));
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, call.service));
  const start = () => spawn(run[0], [...run.slice(1), '-g', 'daemon off;'], { stdio: 'ignore' });
  let child = start();
  const runs = (): boolean => child.exitCode === null && child.signalCode === null;
  // SIGTERM, never SIGKILL: the workers of a killed master would live on.
  const kill = async (): Promise<void> => {
    if (!runs()) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  const dispose = async (): Promise<void> => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  const running = () =>
    vi.waitFor(
      async () => {
        if (!runs())
          throw new Error(`nginx ended: ${await readFile(join(folder, 'error.log'), 'utf8')}`);
        await accepts({ port });
        await readFile(pidFile);
      },
      { timeout: 20_000, interval: 20 },
    );
  try {
    await running();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    folder,
    upstreamFile,
    pidFile,
    test: [...run, '-t'],
    reload: [...run, '-s', 'reload'],
    port,
    url: `http://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      child = start();
      await running();
    },
    dispose,
  };
}

function firstUpstream(call: RouteCall): string {
  const servers = call.targets.map(({ id }) => ({
    target: id,
    weight: 1,
    drained: false,
    heldOut: false,
  }));
  const content = renderUpstream(
    call,
    { name: call.service, directives: [], servers },
    call.targets,
  );
  if (!content.ok) throw new Error(content.error);
  return content.value;
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const configuration = (folder: string, port: number, upstream: string): string =>
  [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'worker_processes 2;',
    `pid ${join(folder, 'nginx.pid')};`,
    'events { worker_connections 512; }',
    'http {',
    '  access_log off;',
    ...TEMPORARY.map((name) => `  ${name}_temp_path ${join(folder, name)};`),
    `  include ${join(folder, 'upstreams')}/*.conf;`,
    '  server {',
    `    listen 127.0.0.1:${port};`,
    `    location / { proxy_pass http://${upstream}; }`,
    '  }',
    '}',
    '',
  ].join('\n');
