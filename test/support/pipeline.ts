import { onTestFinished, vi } from 'vitest';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { BullQueues } from '../../src/adapters/redis/connection/bull-queues.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { composeWorker } from '../../src/app/workers/compose.js';
import { type ConfigInput, ConfigSchema } from '../../src/contracts/config/config.schema.js';
import { partitionPrefix } from '../../src/contracts/values/namespace.js';
import { type DeploymentId, deploymentId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { isTerminal, type PlanStatus } from '../../src/domain/model/deployment/plan-state.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { FakeServices, type FakeServicesOptions } from './fake-services.js';
import { testRedis } from './redis.js';

export interface PipelineOptions extends FakeServicesOptions {
  readonly redisUrl?: string;
  readonly namespace?: string;
  readonly worker?: {
    readonly lease?: number;
    readonly shutdownGrace?: number;
    readonly concurrency?: number;
  };
  /** 1 where not given; 0 for none yet. */
  readonly workers?: number;
  /** Promotions of every service. */
  readonly promotions?: ConfigInput['services'][string]['promotions'];
  /** How long what has ended is kept. */
  readonly retention?: ConfigInput['retention'];
  /** Whose jobs the workers take. */
  readonly security?: ConfigInput['security'];
}

/** Producer, workers and store on real Redis, with a fake world to deploy to; all closed after the test. */
export async function startPipeline(options: PipelineOptions) {
  const { url: given, namespace: own } = testRedis();
  const { redisUrl: url = given, namespace = own } = options;
  const connection = patientConnection(url);
  const store = new RedisDeploymentStore(connection.client, namespace);
  const index = new RedisDeploymentIndex(connection.client, store, namespace);
  const queues = new BullQueues(connection.client, partitionPrefix(namespace));
  const producer = createProducer({ connection: url, namespace });
  const undo: (() => Promise<unknown>)[] = [
    () => connection.close(),
    () => queues.close(),
    () => producer.close(),
  ];
  onTestFinished(async () => {
    for (const step of undo.toReversed()) await step();
  });

  const startWorker = async () => {
    const { promotions, worker = {}, retention, security } = options;
    const configured = promotions ? { '*': { promotions } } : {};
    const config = ConfigSchema.parse({
      ...{ namespace, services: configured, worker, retention, security },
    });
    const services = new FakeServices(options);
    const host = await composeWorker({
      connection: url,
      config,
      log: SILENT,
      services: () => services,
    });
    undo.push(() => host.stop());
    return host;
  };
  for (let n = 0; n < (options.workers ?? 1); n++) await startWorker();

  const load = async (id: DeploymentId | string): Promise<Deployment> => {
    const found = await store.load(deploymentId(id));
    if (!found) throw new Error(`no deployment ${id} yet`);
    return found;
  };
  const until = (
    id: DeploymentId | string,
    ...wanted: readonly PlanStatus[]
  ): Promise<Deployment> =>
    vi.waitFor(
      async () => {
        const found = await load(id);
        const { status } = found.state;
        const there = wanted.length > 0 ? wanted.includes(status) : isTerminal(status);
        if (!there) throw new Error(`${id} is ${JSON.stringify(found.state)}`);
        return found;
      },
      { timeout: 30_000, interval: 20 },
    );
  return { url, namespace, connection, store, index, queues, producer, startWorker, load, until };
}

export type Pipeline = Awaited<ReturnType<typeof startPipeline>>;
