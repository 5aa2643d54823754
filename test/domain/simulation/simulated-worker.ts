import type { MemoryDeploymentIndex } from '../../../src/adapters/memory/memory-index.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { DeploymentOrchestrator } from '../../../src/domain/manager/deployment-orchestrator.js';
import { Fenced } from '../../../src/domain/orchestrator/journal/fenced.js';
import type { OrchestratorPorts } from '../../../src/domain/orchestrator/orchestrator-ports.js';
import {
  type WorkKind,
  type WorkOwed,
  workOwed,
} from '../../../src/domain/model/deployment/work-owed.js';
import type { DeploymentStore } from '../../../src/domain/ports/deployment-store.js';
import { ok } from '../../../src/domain/model/result.js';
import { type Outcome, snooze } from '../../../src/workers/jobs/outcome.js';
import type { JobContext } from '../../../src/workers/jobs/processor.js';
import { executeDeploymentProcessor } from '../../../src/workers/processors/execute-deployment.processor.js';
import { rollbackDeploymentProcessor } from '../../../src/workers/processors/rollback-deployment.processor.js';
import { verifyDeploymentProcessor } from '../../../src/workers/processors/verify-deployment.processor.js';
import { rescueRound, type RescuerPorts } from '../../../src/workers/coordinating/rescuer.js';
import { aWorker, workerPorts } from '../../support/cluster.js';
import { API } from '../../support/fixtures.js';
import { FakeServices } from '../../support/fake-services.js';
import type { FencedTargets } from './fenced-targets.js';
import type { HostileQueue, SimulatedJob } from './hostile-queue.js';
import type { Actor, Scheduler } from './scheduler.js';

const never = new AbortController().signal;

type Perform = (id: DeploymentId, context: JobContext) => Promise<Outcome>;

/** One process with the real processors and the real rescuer, all of whose ports are points of the scheduler. */
export class SimulatedWorker {
  readonly actor: Actor;
  readonly orchestrator: DeploymentOrchestrator;
  busy = 0;
  rescuing = false;
  readonly #ports: OrchestratorPorts & RescuerPorts;
  readonly #perform: Readonly<Record<WorkKind, Perform>>;

  constructor(
    actor: Actor,
    scheduler: Scheduler,
    store: DeploymentStore,
    index: MemoryDeploymentIndex,
    queue: HostileQueue,
    targets: FencedTargets,
  ) {
    this.actor = actor;
    const driver = targets.driver(actor);
    this.#ports = workerPorts({
      ...{ store, index, clock: scheduler, worker: actor.name },
      runtimeOf: () => ok({ driver, checker: null }),
      publish: async (work: WorkOwed) => {
        await scheduler.point(actor, `publish ${work.kind} ${work.deploymentId} ${work.run}`);
        queue.publish(work);
      },
      jobState: async (work: WorkOwed) => {
        await scheduler.point(actor, `jobState ${work.deploymentId}`);
        return queue.stateOf(work);
      },
    });
    const { orchestrator, manager } = aWorker(this.#ports, {
      catalog: new FakeServices({ driver }),
      ids: {
        deploymentId: () => {
          throw new Error('nobody plans here');
        },
      },
    });
    this.orchestrator = orchestrator;
    const execute = executeDeploymentProcessor(this.orchestrator, this.#ports);
    const verify = verifyDeploymentProcessor(this.orchestrator, this.#ports);
    const rollback = rollbackDeploymentProcessor(manager, this.orchestrator, this.#ports);
    const { environment } = API;
    this.#perform = {
      execute: (deploymentId, context) => execute.perform({ schema: 1, deploymentId }, context),
      verify: (deploymentId, context) => verify.perform({ schema: 1, deploymentId }, context),
      rollback: (deploymentId, context) =>
        rollback.perform({ schema: 1, deploymentId, environment }, context),
    };
  }

  /** As start-worker.ts has it: whoever was superseded looks again. */
  async perform({ id: jobId, work, publishedAt }: SimulatedJob, delivery: number) {
    try {
      return await this.#perform[work.kind](work.deploymentId, {
        ...{ jobId, publishedAt, redelivered: delivery > 1, pin: async () => {} },
        stop: { draining: never, abort: never },
      });
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
      return snooze(this.#ports.clock.now() + 1_000);
    }
  }

  /** As a publisher does; answers what is owed then. */
  async create(...given: Parameters<DeploymentStore['create']>): Promise<WorkOwed | null> {
    const answer = await this.#ports.store.create(...given);
    return answer.ok ? workOwed(answer.value.deployment) : null;
  }

  publish(owed: WorkOwed): Promise<void> {
    return this.#ports.publish(owed);
  }

  rescue(): Promise<void> {
    return rescueRound(this.#ports, never);
  }
}
