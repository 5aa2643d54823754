import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { stopAllProcesses } from '../../src/adapters/drivers/local-process/stop-all-processes.js';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { partitionPrefix } from '../../src/contracts/values/namespace.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { deploymentId } from '../../src/domain/model/ids.js';
import { freePort } from '../support/free-port.js';
import type { PlacedTarget, Site } from './sites/balancer.js';
import type { Case } from './draw-case.js';
import type { Strategy } from './draw-strategy.js';
import { haproxySite } from './sites/haproxy-balancer.js';
import { nginxSite } from './sites/nginx-balancer.js';
import { SERVICE } from './sites/service-call.js';
import { siteWithoutBalancer } from './sites/target-health.js';
import { type Workers, workersIn } from './workers.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));

export interface RedisPlace {
  readonly url: string;
  readonly namespace: string;
}

/** The service of a case on real processes, its balancers, and two workers. */
export interface World {
  readonly folder: string;
  readonly targets: readonly PlacedTarget[];
  readonly site: Site;
  readonly workers: Workers;
  readonly index: RedisDeploymentIndex;
  readonly producer: ReturnType<typeof createProducer>;
  /** Waits until it is planned. @throws Error with the reason where it is refused */
  readonly deploy: (version: string, strategy: Strategy) => Promise<string>;
  readonly load: (id: string) => Promise<Deployment | undefined>;
  /** Waits until the deployment is so. */
  readonly until: (id: string, there: (deployment: Deployment) => boolean) => Promise<Deployment>;
  readonly dispose: () => Promise<void>;
}

export async function startWorld(drawn: Case, { url, namespace }: RedisPlace): Promise<World> {
  const undo: (() => Promise<unknown>)[] = [];
  const dispose = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- the last that was started first
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), `signalbox-proof-${drawn.seed}-`));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const targets = await placed(drawn);
    const site = await siteOf(drawn, targets);
    undo.push(() => Promise.all(site.balancers.map((balancer) => balancer.dispose())));
    const config = configOf(drawn, { namespace, folder, targets, site });
    await writeFile(join(folder, 'signalbox.config.json'), JSON.stringify(config));
    undo.push(() => stopAllProcesses(join(folder, 'processes')));
    const workers = workersIn(folder, url);
    undo.push(workers.dispose);
    await Promise.all([workers.start(), workers.start()]);
    const connection = patientConnection(url);
    undo.push(() => connection.close());
    const store = new RedisDeploymentStore(connection.client, namespace);
    const index = new RedisDeploymentIndex(connection.client, store, namespace);
    const producer = createProducer({ connection: url, namespace });
    undo.push(() => producer.close());
    const load = (id: string): Promise<Deployment | undefined> => store.load(deploymentId(id));
    const until: World['until'] = (id, there) =>
      vi.waitFor(
        async () => {
          const found = await load(id);
          if (found && there(found)) return found;
          const { version, state, progress } = found ?? {};
          throw new Error(
            `${version} (${id}) is ${JSON.stringify({ state, hold: progress?.hold })}`,
          );
        },
        { timeout: 300_000, interval: 40 },
      );
    const deploy: World['deploy'] = async (version, strategy) => {
      const published = await producer.deploy({ service: SERVICE, version, strategy });
      const { jobId, deploymentId: id } = published;
      const job = `${partitionPrefix(namespace)}:plan:${jobId}`;
      await vi.waitFor(
        async () => {
          const refused = await connection.client.hget(job, 'failedReason');
          if (refused === null && (await load(id)) === undefined) throw new Error(`no ${id} yet`);
        },
        { timeout: 300_000, interval: 20 },
      );
      if ((await load(id)) !== undefined) return id;
      const refused = await connection.client.hget(job, 'failedReason');
      throw new Error(`${version} by ${JSON.stringify(strategy)} is refused: ${refused}`);
    };
    return { folder, targets, site, workers, index, producer, deploy, load, until, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function placed({ targets, isColoured, sizes }: Case): Promise<readonly PlacedTarget[]> {
  const all: PlacedTarget[] = [];
  for (const [at, id] of targets.entries()) {
    all.push({
      id,
      // oxlint-disable-next-line no-await-in-loop -- one port after the other, so that none is taken twice
      address: `127.0.0.1:${await freePort()}`,
      ...(isColoured && { metadata: { colour: id.split('-')[0] ?? '' } }),
      ...(sizes.by === 'configuration' && { capacity: sizes.of[at] ?? 1 }),
    });
  }
  return all;
}

async function siteOf(
  { balancer, sizes, stateFile }: Case,
  targets: readonly PlacedTarget[],
): Promise<Site> {
  const weights = sizes.by === 'balancer' ? sizes.of : null;
  switch (balancer) {
    case 'haproxy':
      return haproxySite({ targets, weights, stateFile, count: 1 });
    case 'haproxies':
      return haproxySite({ targets, weights, stateFile, count: 2 });
    case 'nginx':
      return nginxSite(targets);
    case 'none':
      return siteWithoutBalancer(targets);
  }
}

function configOf(
  { readyPath }: Case,
  {
    namespace,
    folder,
    targets,
    site,
  }: Pick<World, 'folder' | 'targets' | 'site'> & { namespace: string },
): object {
  return {
    namespace,
    services: {
      [SERVICE]: {
        driver: {
          kind: 'local_process',
          argv: [process.execPath, 'target.mjs'],
          release: HERE,
          readyTimeout: '20s',
          stateDir: join(folder, 'processes'),
          ...(readyPath && { readyPath: '/healthz' }),
        },
        targets,
        router: site.router,
        // Slow is not down: this machine has others to serve.
        checks: [
          {
            ...{ kind: 'http', url: 'http://{target.address}/healthz' },
            ...{ interval: '100ms', timeout: '30s' },
          },
        ],
        policy: { retryDelay: '100ms', retries: 1, afterRollback: 'continue' },
      },
    },
    worker: { lease: '1s' },
  };
}
