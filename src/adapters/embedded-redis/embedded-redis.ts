import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type DataFolderLock, lockDataFolder } from './data-folder-lock.js';
import { binaryFromPackages, unpackedRoot } from './debian-packages.js';
import { freePort, isFree } from './free-port.js';
import { binaryInRoot, binaryOnPath, defaultCacheDir, type RedisBinary } from './redis-binary.js';
import {
  type ContainerLaunch,
  type RedisContainer,
  startRedisContainer,
} from './redis-container.js';
import { launchRedis, type RedisProcess } from './redis-process.js';

export interface BinaryOptions {
  /** Where a fetched Redis is kept; default `$XDG_CACHE_HOME` or `~/.cache`, `/signalbox/redis`. */
  readonly cacheDir?: string;
  readonly log?: (line: string) => void;
  /** `false` forbids to fetch packages or to pull an image. */
  readonly fetch?: boolean;
}

export interface EmbeddedRedisOptions extends BinaryOptions {
  /** Keeps the data over restarts. Without it they lie in a temporary folder that goes with the server. */
  readonly persist: boolean;
  /** Where data that persist are kept; default `$XDG_DATA_HOME` or `~/.local/share`, `/signalbox/redis`. */
  readonly dataDir?: string;
  /** Default: any that is free. */
  readonly port?: number;
}

export interface EmbeddedRedis {
  readonly url: string;
  readonly port: number;
  readonly via: RedisBinary['via'] | 'container';
  /** `null` for a container. */
  readonly pid: number | null;
  /** `null` when the data lie in a container that is thrown away. */
  readonly dataDir: string | null;
  /** Resolves when the server has ended and its temporary data are gone. */
  stop(): Promise<void>;
}

/** The ways to a Redis; each rejects with the reason why it is barred. */
export interface RedisWays {
  path(): Promise<RedisBinary>;
  cache(cacheDir: string): Promise<RedisBinary>;
  packages(cacheDir: string, log: (line: string) => void): Promise<RedisBinary>;
  container(launch: ContainerLaunch): Promise<RedisContainer>;
}

export const systemWays: RedisWays = {
  path: async () => binaryOnPath(),
  cache: async (cacheDir) => binaryInRoot(await unpackedRoot(cacheDir), 'cache'),
  packages: binaryFromPackages,
  container: startRedisContainer,
};

/** No way led to a Redis; the message says why for each. */
export class NoRedisFound extends Error {
  override readonly name = 'NoRedisFound';

  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(['No Redis could be started on this machine:', ...reasons].join('\n  - '));
    this.reasons = reasons;
  }
}

/**
 * A Redis that answers, on 127.0.0.1, and that ends with this process at the latest.
 *
 * @throws NoRedisFound when there is no way to one
 * @throws Error when the data folder is in use, or the port is taken
 */
export async function startEmbeddedRedis(
  options: EmbeddedRedisOptions,
  ways: RedisWays = systemWays,
): Promise<EmbeddedRedis> {
  const { port } = options;
  if (port !== undefined && !(await isFree(port))) {
    throw new Error(`port ${port} on 127.0.0.1 is taken`);
  }
  const lock = options.persist ? await lockDataFolder(persistentFolder(options)) : null;
  try {
    return await start(options, ways, lock);
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/**
 * A Redis server program that runs here: from PATH, from the cache, or fetched into the cache.
 *
 * @throws NoRedisFound
 */
export async function findRedisBinary(
  { cacheDir = defaultCacheDir(), log = () => {}, fetch = true }: BinaryOptions = {},
  ways: RedisWays = systemWays,
): Promise<RedisBinary> {
  const reasons: string[] = [];
  const note = (reason: string) => (error: unknown) => {
    reasons.push(`${reason}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  };
  const installed = await ways.path().catch(note('an installed redis-server or valkey-server'));
  if (installed !== null) return installed;
  const cached = await ways.cache(resolve(cacheDir)).catch(() => null);
  if (cached !== null) return cached;
  const packages = fetch
    ? ways.packages(resolve(cacheDir), log)
    : Promise.reject(new Error(`none is cached in ${cacheDir}, and fetching is switched off`));
  const fetched = await packages.catch(note("a download from the system's package archive"));
  if (fetched !== null) return fetched;
  throw new NoRedisFound(reasons);
}

async function start(
  options: EmbeddedRedisOptions,
  ways: RedisWays,
  lock: DataFolderLock | null,
): Promise<EmbeddedRedis> {
  try {
    return await startBinary(options, await findRedisBinary(options, ways), lock);
  } catch (error) {
    if (!(error instanceof NoRedisFound)) throw error;
    return startContainer(options, ways, lock, error.reasons);
  }
}

async function startBinary(
  options: EmbeddedRedisOptions,
  binary: RedisBinary,
  lock: DataFolderLock | null,
): Promise<EmbeddedRedis> {
  const { persist, log = () => {} } = options;
  const dataDir = persist
    ? persistentFolder(options)
    : await mkdtemp(join(tmpdir(), 'signalbox-redis-'));
  const removeTemporary = async (): Promise<void> => {
    if (!persist) await rm(dataDir, { recursive: true, force: true });
  };
  let stopped: Promise<void> | null = null;
  try {
    const { server, port } = await launchOnPort(options, { binary, dataDir, persist });
    await lock?.addHolder(server.pid);
    const atEnd = (): void => {
      lock?.release();
      if (stopped === null) log(`the embedded Redis of pid ${server.pid} ended by itself`);
    };
    void server.ended.then(atEnd);
    const stop = async (): Promise<void> => {
      await server.stop();
      await removeTemporary();
    };
    return {
      url: `redis://127.0.0.1:${port}`,
      port,
      via: binary.via,
      pid: server.pid,
      dataDir,
      stop: async () => (stopped ??= stop()),
    };
  } catch (error) {
    await removeTemporary();
    throw error;
  }
}

/** A port that was free may be taken before Redis gets to it; then another is tried. */
async function launchOnPort(
  options: EmbeddedRedisOptions,
  launch: { readonly binary: RedisBinary; readonly dataDir: string; readonly persist: boolean },
): Promise<{ readonly server: RedisProcess; readonly port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    // oxlint-disable no-await-in-loop -- one attempt after another
    const port = options.port ?? (await freePort());
    try {
      return { server: await launchRedis({ ...launch, port }), port };
    } catch (error) {
      const taken = error instanceof Error && /Address already in use/i.test(error.message);
      if (!taken || options.port !== undefined || attempt === 5) throw error;
    }
    // oxlint-enable no-await-in-loop
  }
}

async function startContainer(
  options: EmbeddedRedisOptions,
  ways: RedisWays,
  lock: DataFolderLock | null,
  reasons: readonly string[],
): Promise<EmbeddedRedis> {
  const dataDir = options.persist ? persistentFolder(options) : null;
  const { port, fetch = true } = options;
  const container = await ways.container({ dataDir, port, fetch }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NoRedisFound([...reasons, `a container: ${reason}`]);
  });
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => container.stop().finally(() => lock?.release());
  return {
    url: container.url,
    port: container.port,
    via: 'container',
    pid: null,
    dataDir,
    stop: async () => (stopped ??= stop()),
  };
}

function persistentFolder({ dataDir }: EmbeddedRedisOptions): string {
  if (dataDir !== undefined) return resolve(dataDir);
  const base = process.env['XDG_DATA_HOME'];
  const home = base === undefined || base === '' ? join(homedir(), '.local/share') : base;
  return join(home, 'signalbox/redis');
}
