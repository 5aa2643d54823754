import { configFile, configHere, loadConfig } from '../../adapters/config/load-config.js';
import { startEmbeddedRedis } from '../../adapters/embedded-redis/embedded-redis.js';
import { withTlsFiles } from '../../adapters/redis/connection/connection-url.js';
import type { CliPorts } from '../../cli/session/cli-ports.js';
import type { Config } from '../../contracts/config/config.schema.js';
import { composeServer } from './compose-server.js';
import { configuredServices } from '../workers/create-worker.js';
import { composeWorker } from '../workers/compose.js';
import { aborted, closedInTime, openedInTime } from '../process/in-time.js';
import { DEFAULT_STATE_DIR } from '../process/state-dir.js';
import { createLog } from '../process/log.js';
import { namespaceFor, redisUrlFor } from '../session/open-records.js';
import { announceUp, withdrawUp } from '../process/running-up.js';

type Env = Readonly<Record<string, string | undefined>>;
type Closable = () => Promise<unknown>;

/** The configuration, with the namespace that flags and environment ask for. */
async function configFor(
  flags: Parameters<CliPorts['runWorker']>[0],
  env: Env,
): Promise<{ readonly config: Config; readonly configFile: string }> {
  const file = configFile(flags.config ?? env['SIGNALBOX_CONFIG']);
  const config = await loadConfig(file);
  const asked = flags.namespace ?? env['SIGNALBOX_NAMESPACE'];
  const namespace = asked === undefined ? config.namespace : namespaceFor(flags, env);
  return { config: { ...config, namespace }, configFile: file };
}

const allowEviction = (env: Env): boolean => env['SIGNALBOX_ALLOW_EVICTION'] === '1';

/** Workers and rescuer, until the signal. */
export async function runWorker(
  flags: Parameters<CliPorts['runWorker']>[0],
  env: Env,
  interrupted: AbortSignal,
): Promise<void> {
  const configured = await configFor(flags, env);
  const { config } = configured;
  const connection = await redisUrlFor(flags, env);
  if (connection === undefined) throw new Error('no Redis: set REDIS_URL or pass --redis');
  const log = createLog();
  const opening = composeWorker({
    connection,
    ...configured,
    log,
    services: await configuredServices(config, log),
    allowEviction: allowEviction(env),
  });
  const host = await openedInTime(opening, interrupted);
  if (host === undefined) return log.info({}, 'worker stopped before Redis answered');
  log.info({ namespace: config.namespace, services: Object.keys(config.services) }, 'worker ready');
  await aborted(interrupted);
  log.info({ signal: interrupted.reason }, 'worker stopping');
  await host.stop();
  log.info({}, 'worker stopped');
}

export async function runServer(
  flags: Parameters<CliPorts['runServer']>[0],
  ready: Parameters<CliPorts['runServer']>[1],
  env: Env,
  interrupted: AbortSignal,
): Promise<void> {
  const connection = await redisUrlFor(flags, env);
  if (connection === undefined) throw new Error('no Redis: set REDIS_URL or pass --redis');
  const found = flags.config ?? env['SIGNALBOX_CONFIG'] ?? configHere();
  const config = found === undefined ? undefined : (await configFor(flags, env)).config;
  const log = createLog();
  const opening = composeServer({
    ...flags,
    connection,
    namespace: config?.namespace ?? namespaceFor(flags, env),
    ...(config && { security: config.security, server: config.server }),
    log,
  });
  const server = await openedInTime(opening, interrupted);
  if (server === undefined) return log.info({}, 'server stopped before Redis answered');
  const { address: http, url, access } = server;
  ready({ http, url, access });
  await aborted(interrupted);
  log.info({ signal: interrupted.reason }, 'server stopping');
  await closedInTime(server.close());
  log.info({}, 'server stopped');
}

/** All in one process; a Redis of its own, whose data last, where none is given. */
export async function runUp(
  flags: Parameters<CliPorts['runUp']>[0],
  ready: Parameters<CliPorts['runUp']>[1],
  env: Env,
  interrupted: AbortSignal,
): Promise<void> {
  const configured = await configFor(flags, env);
  const { config } = configured;
  const opened: Closable[] = [];
  try {
    const redis = await redisForUp(flags, env, opened);
    const log = createLog();
    const opening = composeWorker({
      connection: redis,
      ...configured,
      log,
      services: await configuredServices(config, log),
      allowEviction: allowEviction(env),
    });
    const host = await openedInTime(opening, interrupted);
    if (host === undefined) return log.info({}, 'stopped before Redis answered');
    opened.push(() => host.stop());
    const openingServer = composeServer({
      ...flags,
      connection: redis,
      namespace: config.namespace,
      security: config.security,
      server: config.server,
      log,
    });
    const server = await openedInTime(openingServer, interrupted);
    if (server === undefined) return log.info({}, 'stopped before Redis answered');
    opened.push(() => closedInTime(server.close()));
    await announceUp(DEFAULT_STATE_DIR, { pid: process.pid, redis, http: server.address });
    opened.push(() => withdrawUp(DEFAULT_STATE_DIR));
    const { address: http, url, access } = server;
    ready({ http, url, redis, access });
    await aborted(interrupted);
    log.info({ signal: interrupted.reason }, 'worker and server stopping');
  } finally {
    for (const close of opened.toReversed()) await close();
  }
}

async function redisForUp(
  { redis, dataDir = `${DEFAULT_STATE_DIR}/redis` }: Parameters<CliPorts['runUp']>[0],
  env: Env,
  opened: Closable[],
): Promise<string> {
  const given = redis ?? env['REDIS_URL'];
  if (given !== undefined) return withTlsFiles(given, env);
  const embedded = await startEmbeddedRedis({ persist: true, dataDir });
  opened.push(() => embedded.stop());
  return embedded.url;
}
