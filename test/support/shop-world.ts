import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { stopAllProcesses } from '../../src/adapters/drivers/local-process/stop-all-processes.js';
import { freePort } from '../../src/adapters/embedded-redis/free-port.js';
import { patientConnection } from '../../src/adapters/redis/connection.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployment-store.redis.js';
import { createProducer } from '../../src/app/compose-producer.js';
import { deploymentId } from '../../src/domain/ids.js';
import type { Deployment } from '../../src/domain/plan/deployment.js';
import { isTerminal } from '../../src/domain/plan/plan-state.js';
import type { DeploymentRequest } from '../../src/producers/deployment-producer.js';
import { CLI } from './cli.js';
import { type RunningHaproxy, startHaproxy } from './haproxy-server.js';
import { type Load, startLoad } from './load.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';
import { testRedis } from './redis.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const SHOP = path('../../examples/shop');

export interface ShopWorldOptions {
  /** Of each colour. */
  readonly perColour: number;
  /** Service settings beside driver, targets, router and checks. */
  readonly service?: object;
  readonly metrics?: boolean;
  /** How versions behave, by version: see examples/shop/behaviour.mjs. */
  readonly byVersion?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly latencyMs?: number;
}

interface ShopTarget {
  readonly id: string;
  readonly address: string;
  readonly metadata: { readonly colour: string };
}

/**
 * A shop of two colours on real processes, behind a real HAProxy, measured by a
 * real Prometheus where asked for, deployed by a worker of the command line.
 */
export async function shopWorld(options: ShopWorldOptions) {
  const { url, namespace } = testRedis();
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-shop-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const targets = await coloured(options.perColour);
  const haproxy = await startHaproxy({
    backend: 'be_shop',
    settings: ['option httpchk GET /healthz', 'retries 3', 'option redispatch 1'],
    servers: targets.map(({ id, address }) => `${id} ${address} check inter 100 rise 1 fall 2`),
  });
  onTestFinished(() => haproxy.dispose());
  const prometheus = options.metrics ? await measuring(targets) : null;
  const config = configOf(options, { namespace, folder, targets, haproxy, prometheus });
  writeFileSync(join(folder, 'signalbox.config.json'), JSON.stringify(config));
  onTestFinished(async () => void (await stopAllProcesses(join(folder, 'processes'))));
  await startWorker(folder, url);

  const connection = patientConnection(url);
  const store = new RedisDeploymentStore(connection.client, namespace);
  const index = new RedisDeploymentIndex(connection.client, store, namespace);
  const producer = createProducer({ connection: url, namespace });
  onTestFinished(() => connection.close());
  onTestFinished(() => producer.close());
  const load = async (id: string): Promise<Deployment> => {
    const found = await store.load(deploymentId(id));
    if (!found) throw new Error(`no deployment ${id} yet`);
    return found;
  };
  const until = (
    id: string,
    there: (deployment: Deployment) => boolean,
    timeout = 120_000,
  ): Promise<Deployment> =>
    vi.waitFor(
      async () => {
        const found = await load(id);
        if (!there(found)) throw new Error(`${id} is ${JSON.stringify(found.state)}`);
        return found;
      },
      { timeout, interval: 50 },
    );
  const deploy = async (version: string, request: Partial<DeploymentRequest> = {}) =>
    (await producer.deploy({ service: 'shop', version, ...request })).deploymentId;
  return {
    ...{
      folder,
      targets,
      haproxy,
      prometheus,
      index,
      producer,
      load,
      until,
      deploy,
      url,
      namespace,
    },
    ended: (id: string) => until(id, ({ state }) => isTerminal(state.status)),
    /** Waits until it stands at the gate of this name. */
    atGate: (id: string, name: string) =>
      until(id, ({ state }) => state.status === 'executing' && state.gate?.name === name),
    /** A first version, live: what later ones are compared with. */
    async live(version: string): Promise<void> {
      const id = await deploy(version, { strategy: { kind: 'blue_green' } });
      const ended = await until(id, ({ state }) => isTerminal(state.status));
      if (ended.state.status !== 'completed') throw new Error(JSON.stringify(ended.state));
    },
    startLoad(ratePerSecond: number): Load {
      const started = startLoad({ url: haproxy.url, ratePerSecond });
      onTestFinished(async () => void (await started.stop()));
      return started;
    },
  };
}

export type ShopWorld = Awaited<ReturnType<typeof shopWorld>>;

async function coloured(perColour: number): Promise<readonly ShopTarget[]> {
  const targets: ShopTarget[] = [];
  for (const colour of ['blue', 'green']) {
    for (let at = 1; at <= perColour; at++) {
      // oxlint-disable-next-line no-await-in-loop -- one port after the other, so that none is taken twice
      const address = `127.0.0.1:${await freePort()}`;
      targets.push({ id: `${colour}-${at}`, address, metadata: { colour } });
    }
  }
  return targets;
}

async function measuring(targets: readonly ShopTarget[]): Promise<PrometheusServer> {
  const jobs = [{ name: 'shop', targets: targets.map(({ address }) => ({ address })) }];
  const prometheus = await startPrometheus({ jobs });
  onTestFinished(() => prometheus.dispose());
  return prometheus;
}

function configOf(
  { service = {}, byVersion = {}, latencyMs = 5 }: ShopWorldOptions,
  world: {
    readonly namespace: string;
    readonly folder: string;
    readonly targets: readonly ShopTarget[];
    readonly haproxy: RunningHaproxy;
    readonly prometheus: PrometheusServer | null;
  },
): object {
  const { namespace, folder, targets, haproxy, prometheus } = world;
  return {
    namespace,
    ...(prometheus && {
      metricSources: { prom: { kind: 'prometheus', url: prometheus.url, timeout: '2s' } },
    }),
    services: {
      shop: {
        driver: {
          kind: 'local_process',
          argv: [process.execPath, 'server.mjs'],
          release: SHOP,
          readyPath: '/healthz',
          readyTimeout: '20s',
          stateDir: join(folder, 'processes'),
          env: { BY_VERSION: JSON.stringify(byVersion), LATENCY_MS: String(latencyMs), SEED: '7' },
        },
        targets,
        router: { kind: 'haproxy', socket: haproxy.socketAddress, backend: 'be_shop' },
        checks: [{ kind: 'http', url: 'http://{target.address}/healthz', interval: '100ms' }],
        policy: { retryDelay: '100ms' },
        ...service,
      },
    },
    worker: { lease: '2s' },
  };
}

async function startWorker(folder: string, redisUrl: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CLI, 'worker'], {
    cwd: folder,
    env: { ...process.env, REDIS_URL: redisUrl },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
      if (said.includes('worker ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}: ${said}`)));
  });
  return child;
}
