import { stepEnd } from '../../src/domain/plan/conclusions/step-end.js';
import type { DeploymentId, TargetId } from '../../src/domain/model/ids.js';
import type { WorkKind } from '../../src/domain/model/deployment/work-owed.js';
import { evolve } from '../../src/domain/plan/fold/evolve.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { Said } from '../../src/domain/plan/machine/decided.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { PlanCommand } from '../../src/domain/plan/machine/plan-command.js';
import { verificationEnd } from '../../src/domain/plan/conclusions/verification-end.js';
import type { DeploymentIndex } from '../../src/domain/ports/deployment-index.js';
import type {
  AppendAnswer,
  Claim,
  DeploymentStore,
  ServiceWrite,
} from '../../src/domain/ports/deployment-store.js';
import type { ServiceRecord } from '../../src/domain/model/service-status.js';
import { aDraft, type DeploymentFixture, eventsOf, isReported, record } from './fixtures.js';
import { serviceWrite } from './service-write.js';

export const LEASE = 60_000;

/** Of a service of which nothing is known. */
export const BEGIN = { type: 'begin', previous: null, declared: null, shares: null } as const;

export const started = (target: TargetId, fence: number) =>
  ({ type: 'deployment.target_started', target, fence, worker: 'w1' }) as const;

export const updated = (target: TargetId) =>
  ({ type: 'deployment.target_updated', target, evidence: {} }) as const;

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

  /**
   * Writes what a command comes to, or a report.
   *
   * @param service instead of what it changes of its service as that is now
   */
  async write(
    before: Deployment,
    said: Said | PlanEvent,
    fence: number | null = null,
    service?: Partial<ServiceWrite>,
    at?: number,
  ): Promise<AppendAnswer> {
    const happened = happenedBy(before, said);
    const events = record(before, happened, at);
    const after = events.reduce(evolve, before);
    const found = await this.store.service(before);
    return this.store.append({
      ...{ before, after, events, fence, release: false },
      service: { ...serviceWrite(before, events, found), ...service },
    });
  }

  async give(
    id: DeploymentId,
    said: Said | PlanEvent,
    fence: number | null = null,
    service?: Partial<ServiceWrite>,
  ) {
    const before = await this.store.load(id);
    if (!before) throw new Error(`no ${id}`);
    const answer = await this.write(before, said, fence, service);
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

  /** Takes it up and begins: answers the fence. */
  async begun(id: DeploymentId): Promise<number> {
    const { fence, service } = await this.claimed(id);
    await this.give(id, beginOn(service), fence);
    return fence;
  }

  /** Through its whole life, well. */
  async complete(id: DeploymentId): Promise<void> {
    const fence = await this.begun(id);
    const deployment = await this.store.load(id);
    for (const [at, step] of (deployment?.plan.steps ?? []).entries()) {
      for (const target of step.kind === 'deploy' ? step.targets : []) {
        await this.give(id, started(target, fence));
        await this.give(id, updated(target));
      }
      await this.give(id, stepEnd(at));
    }
    const verification = { status: 'healthy', reason: 'fine', checks: [] } as const;
    await this.give(id, verificationEnd(verification, 1), fence);
  }
}

/** How a deployment of this service begins. */
export function beginOn({ stable: [good] }: Pick<ServiceRecord, 'stable'>): PlanCommand {
  if (good?.version == null) return BEGIN;
  const { version, deploymentId, declared } = good;
  return { ...BEGIN, previous: { version, deploymentId }, declared };
}

function happenedBy(before: Deployment, said: Said | PlanEvent): readonly PlanEvent[] {
  return isEvent(said) && !isReported(said) ? [said] : eventsOf(before, said);
}

const isEvent = (said: Said | PlanEvent): said is PlanEvent =>
  typeof said !== 'function' && said.type.includes('.');
