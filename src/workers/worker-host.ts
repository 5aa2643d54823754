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
import type { CatchUp } from './coordinating/catch-up.js';
import { type RescuerPorts, runRescuer } from './coordinating/rescuer.js';
import { type StartedWorker, startWorker } from './jobs/start-worker.js';
import type { Log } from '../domain/ports/log.js';

export interface WorkerHostOptions {
  readonly orchestrator: DeploymentOrchestrator;
  readonly manager: DeploymentManager;
  readonly ports: ExhaustPorts & RescuerPorts;
  readonly connection: ConnectionOptions;
  readonly prefix: string;
  readonly concurrency: number;
  /** Whether Redis answers now; within a second or so. */
  readonly redisAnswers: () => Promise<boolean>;
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
  readonly catchUp: Pick<CatchUp, 'run'>;
  /** Names a lock, another one each time. */
  readonly newToken: () => string;
}

export interface WorkerHost {
  /**
   * Takes nothing new, gives steps in hand their time, then ends and hands them
   * back. No attempt is used up and no lease left behind. Without Redis nothing
   * can be handed back: then it ends within the grace, and its log says what the
   * next worker will settle.
   */
  stop(): Promise<void>;
}

/** What handing back may take once the grace is over. */
const HAND_BACK_MS = 5_000;
const LOOK_AGAIN_MS = 250;

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
  const catchUp = options.catchUp.run(draining.signal);
  const signs = fleet.run(draining.signal);
  const doors = started.map(({ taken }) => taken);
  const intake = runIntake({ fleet, handed, doors, clock, log, newToken }, draining.signal);

  let stopping: Promise<void> | null = null;
  const stopOnce = async (): Promise<void> => {
    draining.abort();
    const closed = intake.then(() => Promise.all(started.map(({ taken }) => taken.close())));
    const ended = Promise.all([closed, rescuer, catchUp, signs]).then(() => 'ended' as const);
    const late = new AbortController();
    const grace = clock.sleep(shutdownGraceMs, late.signal).then(() => abort.abort());
    const limit = clock.sleep(shutdownGraceMs + HAND_BACK_MS, late.signal);
    const how = await Promise.race([
      ended,
      limit.then(() => 'late' as const),
      withoutRedis(options, { started, grace, late: late.signal }),
    ]);
    late.abort();
    if (how !== 'ended') tellLeft(log, how, started);
  };
  return { stop: () => (stopping ??= stopOnce()) };
}

interface Stopping {
  readonly started: readonly StartedWorker[];
  /** Resolves when the step in hand has had its time. */
  readonly grace: Promise<void>;
  readonly late: AbortSignal;
}

/** Resolves once Redis is away and either nothing is in hand or the grace is over: waiting longer changes nothing. */
async function withoutRedis(
  { ports: { clock }, redisAnswers }: Pick<WorkerHostOptions, 'ports' | 'redisAnswers'>,
  { started, grace, late }: Stopping,
): Promise<'without Redis'> {
  let over = false;
  void grace.then(() => (over = true));
  for (let away = false; ;) {
    // oxlint-disable no-await-in-loop -- one look after the other
    if (late.aborted || (away && (over || inHand(started).length === 0))) return 'without Redis';
    away = !(await redisAnswers());
    await Promise.race([clock.sleep(LOOK_AGAIN_MS, late), ...(over ? [] : [grace])]);
    // oxlint-enable no-await-in-loop
  }
}

const inHand = (started: readonly StartedWorker[]) =>
  started.flatMap(({ taken }) => [...taken.inHand]);

/** Locks and leases run out by themselves; whoever reads the log should know that somebody goes on. */
function tellLeft(
  log: Log,
  how: 'late' | 'without Redis',
  started: readonly StartedWorker[],
): void {
  const left = inHand(started);
  const why = how === 'late' ? 'the grace is over' : 'Redis is away';
  const what =
    left.length === 0
      ? 'nothing was in hand, and nothing is left to be settled'
      : 'what was in hand is left to be settled by the next worker';
  log.warn({ left }, `stopped without handing back: ${why}; ${what}`);
}
