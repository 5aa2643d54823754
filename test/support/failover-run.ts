import { onTestFinished, vi } from 'vitest';
import { RedisAuditSource } from '../../src/adapters/redis/repair/audit-source.redis.js';
import { BullQueues } from '../../src/adapters/redis/connection/bull-queues.js';
import {
  batchingConnection,
  patientConnection,
} from '../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { RedisUnavailable } from '../../src/adapters/redis/connection/fail-fast.js';
import type { Durability } from '../../src/adapters/redis/connection/load-scripts.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { composeWorker } from '../../src/app/workers/compose.js';
import { ConfigSchema } from '../../src/contracts/config/config.schema.js';
import { partitionPrefix } from '../../src/contracts/values/namespace.js';
import { audit, type AuditReport } from '../../src/domain/audit/audit.js';
import type { Finding } from '../../src/domain/audit/findings/finding.js';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import { isTerminal, type PlanStatus } from '../../src/domain/model/deployment/plan-state.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { FakeServices } from './fake-services.js';
import { LedgerDriver } from './ledger-driver.js';

export interface FailoverRunOptions {
  readonly url: string;
  readonly namespace: string;
  /** Each takes Redis away for a while and answers when all is well; deployments are under way meanwhile. */
  readonly faults: readonly (() => Promise<unknown>)[];
  readonly durability?: Durability;
  readonly worker?: { readonly lease: number };
}

export interface FailoverReport {
  readonly deployments: number;
  readonly statuses: Readonly<Partial<Record<PlanStatus, number>>>;
  /** Published by a promise that resolved, and gone; they were published again, under the same key. */
  readonly lost: readonly DeploymentId[];
  /** Calls to a target that one deployment made more than once. */
  readonly repeated: readonly string[];
  /** The longest time in which no call to a target began, for each fault, in milliseconds. */
  readonly silences: readonly number[];
  /** What the audit found that the store says against itself: nothing that was lost can excuse that. */
  readonly inTheStore: AuditReport['findings'];
  /** What it found between the store and the targets' own ledger: there it shows what was lost. */
  readonly onTheTargets: AuditReport['findings'];
}

/** For whoever reads the output of the suite. */
export function tellOf(title: string, report: FailoverReport): string {
  const { deployments, statuses, lost, repeated, silences, onTheTargets } = report;
  const seconds = silences.map((ms) => (ms / 1_000).toFixed(1)).join(', ');
  return (
    `${title}: ${deployments} deployments ${JSON.stringify(statuses)}; no call began for ${seconds} s; ` +
    `lost jobs ${lost.length}, repeated calls ${repeated.length}, seen on the targets ${onTheTargets.length}`
  );
}

const SERVICES = ['api', 'web', 'db', 'jobs'];
const CALL_MS = 60;
const PATIENCE = { timeout: 60_000, interval: 50 };

/** Two workers deploy to four services without a pause while faults come; all must come to an end. */
export async function deployThrough(options: FailoverRunOptions): Promise<FailoverReport> {
  const { url, namespace, faults } = options;
  const driver = new LedgerDriver(CALL_MS);
  await startWorker(options, driver);
  await startWorker(options, driver);
  const publishing = publishOn(url, namespace);
  const silences: number[] = [];
  for (const fault of faults) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    silences.push(await driver.silenceDuring(fault));
  }
  const published = await publishing.stop();

  const connection = patientConnection(url);
  onTestFinished(() => connection.close());
  const { client } = connection;
  const queues = new BullQueues(client, partitionPrefix(namespace));
  const store = new RedisDeploymentStore(client, namespace);
  const ids = [...published.keys()];
  const load = () => Promise.all(ids.map((id) => store.load(id)));
  await vi.waitFor(async () => {
    const plans = await queues.queue('plan').getJobCounts('wait', 'active', 'delayed');
    if (Object.values(plans).some((count) => count > 0)) throw new Error(JSON.stringify(plans));
  }, PATIENCE);
  const found = await load();
  const lost = ids.filter((_, at) => found[at] === undefined);
  for (const id of lost) await published.get(id)?.();

  const statuses = await vi.waitFor(async () => {
    const counts: Partial<Record<PlanStatus, number>> = {};
    for (const [at, deployment] of (await load()).entries()) {
      const status = deployment?.state.status;
      if (status === undefined || !isTerminal(status)) throw new Error(`${ids[at]} is ${status}`);
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }, PATIENCE);
  const source = new RedisAuditSource(client, namespace);
  const { findings } = await audit(source, { ledger: driver.lines() });
  const onLedger = ({ invariant }: Finding): boolean => invariant.startsWith('ledger_');
  return {
    ...{ deployments: ids.length, statuses, lost, silences, repeated: driver.repeated() },
    inTheStore: findings.filter((finding) => !onLedger(finding)),
    onTheTargets: findings.filter(onLedger),
  };
}

async function startWorker(
  { url, namespace, durability, worker }: FailoverRunOptions,
  driver: LedgerDriver,
): Promise<void> {
  const storage = batchingConnection(url);
  const host = await composeWorker({
    connection: url,
    // A BullMQ worker that is between two nodes does not notice that it is closed.
    config: ConfigSchema.parse({
      ...{ namespace, services: {} },
      worker: { shutdownGrace: 1_000, ...worker },
    }),
    log: SILENT,
    services: () => new FakeServices({ driver }),
    ...(durability && {
      wrapStore: () => new RedisDeploymentStore(storage.client, namespace, durability),
    }),
  });
  onTestFinished(async () => {
    await host.stop();
    await storage.close();
  });
}

/** Publishes versions of each service, one after the other, until told to stop. */
function publishOn(url: string, namespace: string) {
  const producer = createProducer({ connection: url, namespace });
  onTestFinished(() => producer.close());
  const stop = new AbortController();
  const published = new Map<DeploymentId, () => Promise<unknown>>();
  const publishers = SERVICES.map(async (service) => {
    for (let n = 1; !stop.signal.aborted; n++) {
      const request = { service, version: `1.0.${n}`, idempotencyKey: `${service}-${n}` };
      const publish = () => untilPublished(() => producer.deploy(request));
      // oxlint-disable no-await-in-loop -- at a pace that the workers keep up with
      published.set((await publish()).deploymentId, publish);
      await systemClock.sleep(8 * CALL_MS, stop.signal);
      // oxlint-enable no-await-in-loop
    }
  });
  return {
    async stop() {
      stop.abort();
      await Promise.all(publishers);
      return published;
    },
  };
}

/** As a publisher does that is told to come again: with the same key. */
async function untilPublished<T>(publish: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE.timeout;
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      return await publish();
    } catch (error) {
      if (!(error instanceof RedisUnavailable) || performance.now() > until) throw error;
      // oxlint-disable-next-line no-await-in-loop -- as above
      await systemClock.sleep(50);
    }
  }
}
