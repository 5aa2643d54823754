import type { ConnectionOptions } from 'bullmq';
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
import type { HandedJobs } from '../domain/fleet/handed-jobs.js';
import type { Fleet } from './fleet/fleet.js';
import { runIntake } from './fleet/intake.js';
import { HandOver, type HandOverPorts } from './jobs/hand-over.js';
import { type RescuerPorts, runRescuer } from './coordinating/rescuer.js';
import { type StartedWorker, startWorker } from './jobs/start-worker.js';

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
  readonly handed: HandedJobs;
  readonly refOf: HandOverPorts['refOf'];
  /** How long a request waits for a worker that is configured for it, in milliseconds. */
  readonly graceMs: number;
  /** Names a lock, another one each time. */
  readonly newToken: () => string;
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
  const { orchestrator, manager, ports, shutdownGraceMs, fleet, handed } = options;
  const draining = new AbortController();
  const abort = new AbortController();
  const stop = { draining: draining.signal, abort: abort.signal };
  const { connection, prefix, concurrency, gate, refOf, graceMs, newToken } = options;
  const { log, clock } = ports;
  const handOver = new HandOver({ ...ports, fleet, handed, refOf, graceMs });
  const start = { connection, prefix, concurrency, gate, stop, log, clock, handOver };
  const rollback = rollbackDeploymentProcessor(manager, orchestrator, ports);
  const started: readonly StartedWorker[] = [
    startWorker(planDeployment, planDeploymentProcessor(manager), start),
    startWorker(executeDeployment, executeDeploymentProcessor(orchestrator, ports), start),
    startWorker(verifyDeployment, verifyDeploymentProcessor(orchestrator, ports), start),
    startWorker(rollbackDeployment, rollback, start),
  ];
  await Promise.all(started.map(({ worker }) => worker.waitUntilReady()));
  for (const { worker } of started) void worker.run();
  const rescuer = runRescuer(ports, draining.signal);
  const signs = fleet.run(draining.signal);
  const doors = started.map(({ taken }) => taken);
  const intake = runIntake({ fleet, handed, doors, clock, log, newToken }, draining.signal);

  let stopping: Promise<void> | null = null;
  const stopOnce = async (): Promise<void> => {
    draining.abort();
    const closed = intake.then(() => Promise.all(started.map(({ taken }) => taken.close())));
    const late = new AbortController();
    void ports.clock.sleep(shutdownGraceMs, late.signal).then(() => abort.abort());
    // Without Redis nothing can be handed back: locks and leases run out by themselves then.
    const limit = ports.clock.sleep(shutdownGraceMs + HAND_BACK_MS, late.signal);
    await Promise.race([Promise.all([closed, rescuer, signs]), limit]);
    late.abort();
  };
  return { stop: () => (stopping ??= stopOnce()) };
}
