import type { DeploymentId } from '../../src/domain/ids.js';
import type { WorkKind } from '../../src/domain/orchestrator/work-owed.js';
import type { Deployment } from '../../src/domain/plan/deployment.js';
import type { PlanEvent } from '../../src/domain/plan/plan-event.js';
import type { PlanCommand } from '../../src/domain/plan/plan-command.js';
import { serviceEffect } from '../../src/domain/plan/service-effect.js';
import type { DeploymentIndex } from '../../src/domain/ports/deployment-index.js';
import type {
  AppendAnswer,
  Claim,
  DeploymentStore,
} from '../../src/domain/ports/deployment-store.js';
import { aDraft, type DeploymentFixture, eventsOf, fold, record } from './fixtures.js';

export const LEASE = 60_000;

/** Leads deployments through their lives by hand, for the suites that every store runs. */
export class StoreHand {
  readonly store: DeploymentStore;
  readonly index: DeploymentIndex;

  constructor(store: DeploymentStore, index: DeploymentIndex) {
    this.store = store;
    this.index = index;
  }

  async create(fixture: DeploymentFixture = {}): Promise<Deployment> {
    const { deployment, events } = aDraft({ approve: true, ...fixture });
    await this.store.create(deployment, events);
    return deployment;
  }

  async write(
    before: Deployment,
    command: PlanCommand,
    fence: number | null = null,
  ): Promise<AppendAnswer> {
    return this.#append(before, eventsOf(before, command), fence);
  }

  /** Writes an event as it is, whatever it came from. */
  async tell(id: DeploymentId, event: PlanEvent, fence: number | null = null): Promise<void> {
    const before = await this.store.load(id);
    if (!before) throw new Error(`no ${id}`);
    const answer = await this.#append(before, [event], fence);
    if (!answer.ok) throw new Error(answer.error.code);
  }

  #append(before: Deployment, happened: readonly PlanEvent[], fence: number | null) {
    const events = record(before, happened);
    const after = fold(before, happened);
    const effect = serviceEffect(after, 3_000, before);
    return this.store.append({ before, after, events, effect, fence, release: false });
  }

  async give(id: DeploymentId, command: PlanCommand, fence: number | null = null) {
    const before = await this.store.load(id);
    if (!before) throw new Error(`no ${id}`);
    const answer = await this.write(before, command, fence);
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value;
  }

  claim(id: DeploymentId, kind: WorkKind = 'execute'): Promise<Claim> {
    return this.store.claim(id, { kind, worker: 'w1', leaseMs: LEASE });
  }

  async claimed(id: DeploymentId, kind: WorkKind = 'execute') {
    const answer = await this.claim(id, kind);
    if (answer.kind !== 'claimed') throw new Error(`${id} is ${answer.kind}`);
    return answer;
  }

  async claimAgain(id: DeploymentId, fence: number) {
    await this.store.release(id, fence, null);
    return this.claimed(id);
  }

  /** Through its whole life, well. */
  async complete(id: DeploymentId): Promise<void> {
    const { fence, deployment, lastGood } = await this.claimed(id);
    const previous =
      lastGood?.version == null
        ? null
        : { version: lastGood.version, deploymentId: lastGood.deploymentId };
    await this.give(id, { type: 'begin', previous });
    for (const [at, step] of deployment.plan.steps.entries()) {
      for (const target of step.kind === 'deploy' ? step.targets : []) {
        await this.give(id, { type: 'start_target', target, fence, worker: 'w1' });
        await this.give(id, { type: 'update_target', target, evidence: {} });
      }
      await this.give(id, { type: 'complete_step', step: at });
    }
    const verification = { status: 'healthy', reason: 'fine', checks: [] } as const;
    await this.give(id, { type: 'judge', verification, at: 1 }, fence);
  }
}
