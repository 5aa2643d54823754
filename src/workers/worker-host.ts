import type { ConnectionOptions, Worker } from 'bullmq';
import { executeDeployment } from '../contracts/jobs/execute-deployment.job.js';
import { planDeployment } from '../contracts/jobs/plan-deployment.job.js';
import { rollbackDeployment } from '../contracts/jobs/rollback-deployment.job.js';
import { verifyDeployment } from '../contracts/jobs/verify-deployment.job.js';
import type { DeploymentManager } from '../domain/manager/deployment-manager.js';
import type { DeploymentOrchestrator } from '../domain/manager/deployment-orchestrator.js';
import type { ExhaustPorts } from './jobs/exhaust.js';
import { executeDeploymentProcessor } from './processors/execute-deployment.processor.js';
import { planDeploymentProcessor } from './processors/plan-deployment.processor.js';
import { rollbackDeploymentProcessor } from './processors/rollback-deployment.processor.js';
import { verifyDeploymentProcessor } from './processors/verify-deployment.processor.js';
import type { JobGate } from './jobs/job-gate.js';
import type { Fleet } from './fleet/fleet.js';
import { type RescuerPorts, runRescuer } from './coordinating/rescuer.js';
import { startWorker } from './jobs/start-worker.js';

export interface WorkerHostOptions {
  readonly orchestrator: DeploymentOrchestrator;
  readonly manager: DeploymentManager;
  readonly ports: ExhaustPorts & RescuerPorts;
  readonly connection: ConnectionOptions;
  readonly prefix: string;
  readonly concurrency: number;
  /** What the step in hand is given to finish, in milliseconds. */
  readonly shutdownGraceMs: number;
  /** Decides whose jobs are taken; everybody's where there is none. */
  readonly gate?: JobGate | undefined;
  /** This worker among the others; it has joined them. */
  readonly fleet: Fleet;
}

export interface WorkerHost {
  /**
   * Takes nothing new, gives steps in hand their time, then ends and hands them
   * back. No attempt is used up and no lease left behind.
   */
  stop(): Promise<void>;
}

/** What handing back may take once the grace is over. */
const HAND_BACK_MS = 5_000;

/** The four workers and the rescuer of one process. */
export async function startWorkerHost(options: WorkerHostOptions): Promise<WorkerHost> {
  const { orchestrator, manager, ports, shutdownGraceMs, fleet, ...rest } = options;
  const draining = new AbortController();
  const abort = new AbortController();
  const stop = { draining: draining.signal, abort: abort.signal };
  const start = { ...rest, stop, log: ports.log, clock: ports.clock };
  const rollback = rollbackDeploymentProcessor(manager, orchestrator, ports);
  const workers: readonly Worker[] = [
    startWorker(planDeployment, planDeploymentProcessor(manager), start),
    startWorker(executeDeployment, executeDeploymentProcessor(orchestrator, ports), start),
    startWorker(verifyDeployment, verifyDeploymentProcessor(orchestrator, ports), start),
    startWorker(rollbackDeployment, rollback, start),
  ];
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  for (const worker of workers) void worker.run();
  const rescuer = runRescuer(ports, draining.signal);
  const signs = fleet.run(draining.signal);

  let stopping: Promise<void> | null = null;
  const stopOnce = async (): Promise<void> => {
    draining.abort();
    const closed = Promise.all(workers.map((worker) => worker.close()));
    const late = new AbortController();
    void ports.clock.sleep(shutdownGraceMs, late.signal).then(() => abort.abort());
    // Without Redis nothing can be handed back: locks and leases run out by themselves then.
    const limit = ports.clock.sleep(shutdownGraceMs + HAND_BACK_MS, late.signal);
    await Promise.race([Promise.all([closed, rescuer, signs]), limit]);
    late.abort();
  };
  return { stop: () => (stopping ??= stopOnce()) };
}
