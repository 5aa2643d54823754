import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisBinary } from '../../src/adapters/embedded-redis/embedded-redis.js';
import { commandLine } from '../../src/adapters/embedded-redis/redis-binary.js';

/** A server program with settings of a test's own: a sentinel, a node of a cluster, one with TLS or users. */
export interface RedisNode {
  readonly port: number;
  readonly dir: string;
  readonly running: boolean;
  /** Resolves when it takes connections. */
  start(): Promise<void>;
  /** As in a crash. */
  kill9(): Promise<void>;
  /** Connections stay open, and nobody answers. */
  pause(): void;
  resume(): void;
  /** Ends it and takes its folder away. */
  dispose(): Promise<void>;
}

export interface RedisNodeOptions {
  readonly port: number;
  /** Makes it a sentinel, by the lines of its file. */
  readonly sentinel?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Files to be there first, and what else a folder needs. */
  readonly prepare?: (dir: string) => Promise<void>;
}

const READY = /Ready to accept connections|Sentinel ID is/;
const READY_WITHIN_MS = 20_000;

/** Ends the server (`$$`, by `exec`) when the pipe from the test closes; a line in it means that it ended first. */
const SCRIPT = `
exec 3<&0
( trap '' HUP INT TERM; read -r _ <&3 && exit 0; kill -KILL $$ ) >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-
`;

export async function createRedisNode(options: RedisNodeOptions): Promise<RedisNode> {
  const { port, sentinel, settings = {}, prepare } = options;
  const dir = await mkdtemp(join(tmpdir(), 'signalbox-redis-node-'));
  await prepare?.(dir);
  const binary = await findRedisBinary();
  const common = { port: String(port), bind: '127.0.0.1', dir };
  const command = [
    ...commandLine(binary),
    ...(sentinel === undefined
      ? flagsOf({ ...common, save: '', hz: '100', ...settings })
      : [await writeConfig(dir, common, sentinel), '--sentinel']),
  ];
  let child: ChildProcess | null = null;

  const end = async (): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
  };
  return {
    port,
    dir,
    get running() {
      return child !== null;
    },
    async start() {
      await end();
      child = spawn('sh', ['-c', SCRIPT, 'redis-node', ...command], {
        cwd: dir,
        detached: true,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      await ready(child, port);
    },
    kill9: end,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async dispose() {
      await end();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const flagsOf = (settings: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);

/** A sentinel writes into its file what it has learned. */
async function writeConfig(
  dir: string,
  settings: Readonly<Record<string, string>>,
  lines: readonly string[],
): Promise<string> {
  const file = join(dir, 'sentinel.conf');
  const all = [...Object.entries(settings).map((entry) => entry.join(' ')), ...lines];
  await writeFile(file, `${all.join('\n')}\n`);
  return file;
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  const { stdin, stdout } = child;
  stdin?.on('error', () => {});
  child.once('exit', () => stdin?.end('ended\n'));
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new Error(`the Redis on port ${port} ${what}: ${said.slice(-1_000)}`));
    const timer = setTimeout(() => fail('is not ready in time'), READY_WITHIN_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
    stdout?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000);
      if (!READY.test(said)) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
