import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { stopAllProcesses } from '../../src/adapters/drivers/local-process/stop-all-processes.js';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import type { DeploymentRequest } from '../../src/producers/deployment-producer.js';
import { CLI } from './cli.js';
import { type RunningHaproxy, startHaproxy } from './haproxy-server.js';
import { type Load, startLoad } from './load.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';
import { testRedis } from './redis.js';
import {
  firstStrategy,
  KEEPS,
  shopConfig,
  type ShopTarget,
  shopTargets,
  type ShopWorldOptions,
} from './shop-config.js';

/**
 * A shop, of two colours where asked for, on real processes, behind a real HAProxy, measured by a
 * real Prometheus where asked for, deployed by a worker of the command line.
 */
export async function shopWorld(options: ShopWorldOptions) {
  const { url, namespace } = testRedis();
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-shop-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const targets = await shopTargets(options);
  const settings = [
    'option httpchk GET /healthz',
    'retries 3',
    'option redispatch 1',
    // Slow is not down: this machine has others to serve.
    'timeout check 10s',
    ...(options.keeps === undefined ? [] : KEEPS[options.keeps]),
  ];
  const serverOf = ({ id, address }: ShopTarget): string =>
    `${id} ${address} check inter 100 rise 1 fall 2${options.keeps === 'cookie' ? ` cookie ${id}` : ''}`;
  const startOne = (): Promise<RunningHaproxy> =>
    startHaproxy({
      ...{ backend: 'be_shop', settings, servers: targets.map(serverOf) },
      ...options.haproxy?.({
        folder,
        backend: (name, has) => [
          `backend ${name}`,
          ...settings.map((line) => `  ${line}`),
          ...targets.filter(({ id }) => has(id)).map((one) => `  server ${serverOf(one)}`),
        ],
      }),
    });
  const haproxy = await startOne();
  onTestFinished(() => haproxy.dispose());
  const balancers = [haproxy];
  while (balancers.length < (options.balancers ?? 1)) {
    // oxlint-disable-next-line no-await-in-loop -- a port after the other, so that none is taken twice
    const another = await startOne();
    onTestFinished(() => another.dispose());
    balancers.push(another);
  }
  const prometheus = options.metrics ? await measuring(targets) : null;
  const config = shopConfig(options, { namespace, folder, targets, balancers, prometheus });
  writeFileSync(join(folder, 'signalbox.config.json'), JSON.stringify(config));
  onTestFinished(async () => void (await stopAllProcesses(join(folder, 'processes'))));
  const worker = await startWorker(folder, url);

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
      balancers,
      prometheus,
      index,
      producer,
      load,
      until,
      deploy,
      url,
      namespace,
      store,
      worker,
    },
    startWorker: () => startWorker(folder, url),
    /** Ends a worker of this world without a word. */
    async kill9(child: ChildProcess): Promise<void> {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    ended: (id: string) => until(id, ({ state }) => isTerminal(state.status)),
    /** Waits until it stands at the gate of this name. */
    atGate: (id: string, name: string) =>
      until(id, ({ state }) => state.status === 'executing' && state.gate?.name === name),
    /** A first version, live: what later ones are compared with. */
    async live(version: string): Promise<void> {
      const id = await deploy(version, { strategy: firstStrategy(options) });
      const ended = await until(id, ({ state }) => isTerminal(state.status));
      if (ended.state.status !== 'completed') throw new Error(JSON.stringify(ended.state));
    },
    startLoad(ratePerSecond: number, { url: through }: RunningHaproxy = haproxy): Load {
      const started = startLoad({ url: through, ratePerSecond });
      onTestFinished(async () => void (await started.stop()));
      return started;
    },
  };
}

export type ShopWorld = Awaited<ReturnType<typeof shopWorld>>;

async function measuring(targets: readonly ShopTarget[]): Promise<PrometheusServer> {
  const jobs = [{ name: 'shop', targets: targets.map(({ address }) => ({ address })) }];
  const prometheus = await startPrometheus({ jobs });
  onTestFinished(() => prometheus.dispose());
  return prometheus;
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
