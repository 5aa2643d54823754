import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { err, ok } from '../../domain/result.js';
import type { Result } from '../../domain/result.js';
import { freePort } from './free-port.js';
import { localRedisArguments } from './redis-arguments.js';
import { waitForRedis } from './redis-identity.js';
import type { RedisLauncher, RedisOrigin, RedisSettings, RunningRedis } from './redis-way.js';
import { startWatched } from './watched-process.js';

const run = promisify(execFile);

export interface RedisBinary {
  readonly file: string;
  /** Folders with the libraries it came with; empty for one that the system installed. */
  readonly libraries: readonly string[];
}

// BullMQ asks for 6.2; Valkey began at 7.2.
const OLDEST = [6, 2] as const;
const PORT_ATTEMPTS = 10;
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;

function environmentFor(binary: RedisBinary): NodeJS.ProcessEnv {
  if (binary.libraries.length === 0) return process.env;
  return { ...process.env, LD_LIBRARY_PATH: binary.libraries.join(':') };
}

/** Null when this binary starts here and is new enough, else the sentence that says why not. */
async function objectionTo(binary: RedisBinary): Promise<string | null> {
  try {
    await access(binary.file, constants.X_OK);
    const options = { env: environmentFor(binary), timeout: 10_000 };
    const { stdout } = await run(binary.file, ['--version'], options);
    const found = /v=(\d+)\.(\d+)/.exec(stdout);
    const [major, minor] = [Number(found?.[1]), Number(found?.[2])];
    const recent = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
    return recent ? null : `${binary.file} is older than ${OLDEST.join('.')}: ${stdout.trim()}`;
  } catch (cause) {
    return `${binary.file} does not run: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

type Attempt = { readonly running: RunningRedis } | { readonly portTaken: true };

async function startOnPort(
  binary: RedisBinary,
  settings: RedisSettings,
  port: number,
): Promise<Attempt> {
  await mkdir(settings.dataDir, { recursive: true, mode: 0o700 });
  const redis = await startWatched({
    file: binary.file,
    arguments: localRedisArguments(settings, port),
    environment: environmentFor(binary),
    deathSignal: settings.temporary ? 'KILL' : 'TERM',
    removeFolder: settings.temporary ? settings.dataDir : null,
  });
  const url = `redis://127.0.0.1:${port}`;
  const giveUp = AbortSignal.any([redis.ended, ...(settings.signal ? [settings.signal] : [])]);
  const answered = await waitForRedis(url, READY_WITHIN_MS, giveUp);
  // Another Redis may have taken the port between our look and our start, and answer in its place.
  if (answered?.pid === redis.pid && !giveUp.aborted) {
    return { running: { url, port, pid: redis.pid, stop: () => redis.stop(STOP_WITHIN_MS) } };
  }
  await redis.stop(STOP_WITHIN_MS);
  settings.signal?.throwIfAborted();
  if (answered !== null || redis.lastWords().includes('Address already in use')) {
    return { portTaken: true };
  }
  throw new Error(`${binary.file} did not become ready. Its last words: ${redis.lastWords()}`);
}

async function start(binary: RedisBinary, settings: RedisSettings): Promise<RunningRedis> {
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    settings.signal?.throwIfAborted();
    const tried = await startOnPort(binary, settings, settings.port ?? (await freePort()));
    if ('running' in tried) return tried.running;
    if (settings.port !== null) break;
  }
  throw new Error(
    settings.port === null
      ? `${PORT_ATTEMPTS} free ports in a row were taken before Redis could listen on them.`
      : `Port ${settings.port} on 127.0.0.1 is taken by another program.`,
  );
}

/** A launcher for this binary, if it can run on this machine at all. */
export async function localRedis(
  how: RedisOrigin,
  binary: RedisBinary,
): Promise<Result<RedisLauncher, string>> {
  const objection = await objectionTo(binary);
  if (objection !== null) return err(objection);
  return ok({ how, start: (settings) => start(binary, settings) });
}
