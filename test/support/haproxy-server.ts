import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from './free-port.js';
import { debianTool } from './debian-tool.js';
import { freeze } from './freeze.js';

export interface HaproxyOptions {
  readonly backend?: string;
  /** What follows `server`, such as `web-1 127.0.0.1:8081 check inter 100`. */
  readonly servers: readonly string[];
  /** Further lines of the backend. */
  readonly settings?: readonly string[];
  /** Further lines of the frontend, and further backends: `backend be_api_blue`, `  server …`. */
  readonly routes?: readonly string[];
  readonly sections?: readonly string[];
  /** Further lines of the section `global`. */
  readonly global?: readonly string[];
  /** Of the stats socket. */
  readonly level?: 'admin' | 'operator' | 'user';
}

export interface RunningHaproxy {
  /** The stats socket, by path and by address. */
  readonly socket: string;
  readonly socketAddress: string;
  /** Where it listens for requests. */
  readonly port: number;
  readonly url: string;
  /** Keeps it from answering anybody, and lets it go on. */
  readonly freeze: () => Promise<void>;
  readonly thaw: () => void;
  readonly kill: () => Promise<void>;
  /** Starts it anew where it was, with what its configuration says. */
  readonly restart: () => Promise<void>;
  /** As `systemctl reload`: a new process takes over the ports, and the old one ends with its last request. */
  readonly reload: () => Promise<void>;
  /** Ends it and takes its files away. */
  readonly dispose: () => Promise<void>;
}

/** A real HAProxy with one backend, on free ports of this machine. */
export async function startHaproxy(options: HaproxyOptions): Promise<RunningHaproxy> {
  const binary = await debianTool('haproxy');
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-haproxy-'));
  const socket = join(folder, 'stats.sock');
  const [port, statsPort] = [await freePort(), await freePort()];
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, configuration(options, { socket, port, statsPort }));
  const places = [{ path: socket }, { port }, { port: statsPort }];
  let child = await startedHaproxy(binary, file, places).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const before: ChildProcess[] = [];
  const kill = async (): Promise<void> => {
    await Promise.all([...before.splice(0), child].map(killed));
  };
  return {
    socket,
    socketAddress: `127.0.0.1:${statsPort}`,
    port,
    url: `http://127.0.0.1:${port}`,
    freeze: async () => freeze(child.pid ?? 0),
    thaw: () => void child.kill('SIGCONT'),
    kill,
    restart: async () => {
      await kill();
      child = await startedHaproxy(binary, file, places);
    },
    reload: async () => {
      before.push(child);
      child = await startedHaproxy(binary, file, places, [
        ...['-x', socket],
        ...['-sf', String(child.pid)],
      ]);
      const isNew = new RegExp(`^Pid: ${child.pid}$`, 'm');
      await vi.waitFor(
        async () => {
          const info = await said(socket, 'show info');
          if (!isNew.test(info)) throw new Error('the old HAProxy still answers');
        },
        { timeout: 20_000, interval: 10 },
      );
    },
    dispose: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Place = { readonly port: number } | { readonly path: string };

/** Gives it back once it listens everywhere. */
async function startedHaproxy(
  binary: string,
  file: string,
  places: readonly Place[],
  takingOver: readonly string[] = [],
): Promise<ChildProcess> {
  const child = spawn(binary, ['-db', '-q', '-f', file, ...takingOver], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on(
    'data',
    (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-4_000)),
  );
  try {
    await vi.waitFor(
      async () => {
        if (!runs(child)) throw new Error(`HAProxy ended: ${output}`);
        // The socket is put in its place last, after the ports listen.
        for (const place of places) await accepts(place);
      },
      { timeout: 20_000, interval: 20 },
    );
    return child;
  } catch (error) {
    await killed(child);
    throw error;
  }
}

const runs = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null;

async function killed(child: ChildProcess): Promise<void> {
  if (!runs(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const configuration = (
  {
    backend = 'be_api',
    servers,
    settings = [],
    routes = [],
    sections = [],
    global = [],
    level = 'admin',
  }: HaproxyOptions,
  { socket, port, statsPort }: { socket: string; port: number; statsPort: number },
): string =>
  [
    'global',
    `  stats socket ${socket} mode 600 level ${level} expose-fd listeners`,
    `  stats socket 127.0.0.1:${statsPort} level ${level}`,
    ...global.map((line) => `  ${line}`),
    'defaults',
    '  mode http',
    '  timeout connect 2s',
    '  timeout client 60s',
    '  timeout server 60s',
    'frontend front',
    `  bind 127.0.0.1:${port}`,
    ...routes.map((line) => `  ${line}`),
    `  default_backend ${backend}`,
    `backend ${backend}`,
    '  balance roundrobin',
    ...settings.map((line) => `  ${line}`),
    ...servers.map((line) => `  server ${line}`),
    ...sections,
    '',
  ].join('\n');

export async function accepts(place: Place): Promise<void> {
  const socket = connect('port' in place ? { ...place, host: '127.0.0.1' } : place);
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

/** What it answers to a command on its socket. */
async function said(path: string, command: string): Promise<string> {
  const connection = connect({ path });
  connection.end(`${command}\n`);
  let answer = '';
  for await (const chunk of connection.setEncoding('utf8')) answer += String(chunk);
  return answer;
}
