import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { commandLine, type RedisBinary } from './redis-binary.js';

const READY_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 10_000;

export interface RedisLaunch {
  readonly binary: RedisBinary;
  readonly dataDir: string;
  readonly port: number;
  /** Without it nothing is written, and the data folder goes with the server when the parent dies. */
  readonly persist: boolean;
  /** When what is written reaches the disk; `everysec` where not given. */
  readonly fsync?: 'always' | 'everysec';
}

export interface RedisProcess {
  readonly pid: number;
  readonly ended: Promise<void>;
  /** SIGTERM, then SIGKILL for one that does not listen; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Redis ended before it answered; the message ends with the last that it said. */
export class RedisNotStarted extends Error {
  override readonly name = 'RedisNotStarted';
}

/**
 * The subshell holds the read end of a pipe from the parent. When the parent is gone, however it went,
 * the pipe closes and the subshell ends Redis, which by `exec` has the pid that `$$` names.
 * A line in the pipe means that Redis ended first: its pid may be another's by now.
 */
const SCRIPT = `
gentle=$1 temporary=$2
shift 2
exec 3<&0
(
  trap '' HUP INT TERM
  read -r _ <&3 && exit 0
  if [ "$gentle" = 1 ]; then
    kill -CONT $$; kill -TERM $$
    n=0
    while [ $n -lt 50 ] && kill -0 $$; do sleep 0.1; n=$((n + 1)); done
  fi
  kill -KILL $$
  [ -z "$temporary" ] || rm -rf "$temporary"
) >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-
`;

/**
 * Resolves when this very server answers PONG. It never outlives the calling process.
 *
 * @throws RedisNotStarted
 */
export async function launchRedis(launch: RedisLaunch): Promise<RedisProcess> {
  const { binary, dataDir, port, persist } = launch;
  const temporary = persist ? '' : dataDir;
  const command = [...commandLine(binary), ...settings(launch)];
  const child = spawn(
    'sh',
    ['-c', SCRIPT, 'signalbox-redis', persist ? '1' : '0', temporary, ...command],
    // A group of its own: Ctrl-C is for the parent, which still needs Redis to put its work down.
    { cwd: dataDir, detached: true, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const lastWords = collectOutput(child);
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  child.stdin?.on('error', () => {});
  void ended.then(() => child.stdin?.end('ended\n'));
  if (child.pid === undefined) {
    await ended;
    throw new RedisNotStarted('there is no sh to start Redis with');
  }
  const stop = async (): Promise<void> => stopChild(child, ended);
  if (await isReady(child, port, ended)) return { pid: child.pid, ended, stop };
  const problem = hasEnded(child) ? 'ended' : `gave no answer in ${READY_WITHIN_MS / 1000} s`;
  await stop();
  throw new RedisNotStarted(`${binary.path} on port ${port} ${problem}: ${lastWords()}`);
}

function settings({ port, dataDir, persist, fsync = 'everysec' }: RedisLaunch): readonly string[] {
  const pairs = {
    bind: '127.0.0.1',
    port: String(port),
    'protected-mode': 'yes',
    daemonize: 'no',
    dir: dataDir,
    'maxmemory-policy': 'noeviction',
    hz: '100',
    save: '',
    appendonly: persist ? 'yes' : 'no',
    appendfsync: fsync,
  };
  return Object.entries(pairs).flatMap(([name, value]) => [`--${name}`, value]);
}

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** Reads on for as long as the server runs: a full pipe would stop it. */
function collectOutput(child: ChildProcess): () => string {
  let tail = '';
  const keep = (chunk: Buffer): void => {
    tail = (tail + chunk.toString()).slice(-1_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => {
    const lines = tail.split('\n').filter((line) => line.trim() !== '');
    return lines.length === 0 ? 'it said nothing' : lines.slice(-4).join(' | ');
  };
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (hasEnded(child)) return ended;
  child.kill('SIGTERM');
  // A stopped process keeps SIGTERM waiting.
  child.kill('SIGCONT');
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(hard);
}

async function isReady(child: ChildProcess, port: number, ended: Promise<void>): Promise<boolean> {
  const until = performance.now() + READY_WITHIN_MS;
  while (!hasEnded(child) && performance.now() < until) {
    // oxlint-disable no-await-in-loop -- asked again until it answers
    const answer = await ask(port);
    // Another Redis may sit on the port while ours fails to get it.
    const ours = answer.includes(`process_id:${child.pid}\r\n`);
    if (ours && answer.includes('+PONG')) return true;
    await Promise.race([delay(10), ended]);
    // oxlint-enable no-await-in-loop
  }
  return false;
}

async function ask(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.on('error', () => {});
  socket.setTimeout(1_000, () => socket.destroy());
  socket.write('PING\r\nINFO server\r\nQUIT\r\n');
  await once(socket, 'close').catch(() => {});
  return answer;
}
