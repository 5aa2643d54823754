import { MemoryPromotionStore } from '../../src/adapters/memory/memory-promotions.js';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { ActiveDeployment } from '../../src/domain/model/active-deployment.js';
import type { DeploymentEvent } from '../../src/domain/ports/event-log.js';
import type { Promotion, PromotionRule } from '../../src/domain/promotion/promotion.js';
import type { JobFact } from '../../src/domain/release/member-fact.js';
import {
  followRound,
  type PromotionPorts,
  promotionRound,
} from '../../src/workers/coordinating/promotion-coordinator.js';
import { anEvent, aRule, AT, HERE } from '../domain/promotion/promotions.js';
import { aDeployment } from '../support/fixtures.js';

const { signal } = new AbortController();

/** Staging and production of one service, as far as the coordinator of promotions can see them. */
export class PromotionWorld {
  ms = AT;
  rules: readonly PromotionRule[] = [aRule()];
  readonly promotions = new MemoryPromotionStore({ now: () => this.ms, sleep: async () => {} });
  readonly stream: DeploymentEvent[] = [];
  readonly deployments = new Map<DeploymentId, Deployment>();
  readonly active = new Map<string, ActiveDeployment>();
  readonly published: Promotion[] = [];
  readonly turned: DeploymentId[] = [];
  readonly said: string[] = [];
  job: JobFact = { state: 'absent' };

  ports(more: Partial<PromotionPorts> = {}): PromotionPorts {
    const say = (_: object, message: string): void => void this.said.push(message);
    return {
      promotions: this.promotions,
      events: {
        position: async () => this.stream.at(-1)?.id ?? '0-0',
        read: async (after, limit) => {
          const number = (id: string): number => Number(id.split('-')[0]);
          return this.stream.filter(({ id }) => number(id) > number(after)).slice(0, limit);
        },
      },
      store: { load: async (id) => this.deployments.get(id) },
      index: {
        active: async ({ environment }) => this.active.get(environment) ?? null,
        targetStatuses: async () => new Map(),
      },
      clock: { now: () => this.ms },
      log: { info: say, warn: say, error: say },
      promotionsFrom: ({ environment }) => this.rules.filter(({ from }) => from === environment),
      jobOutcome: async () => this.job,
      publishPromotion: async (promotion) => void this.published.push(promotion),
      onTurned: async (ids) => void this.turned.push(...ids),
      ...more,
    };
  }

  async round(more: Partial<PromotionPorts> = {}): Promise<void> {
    await followRound(this.ports(more), signal);
    await promotionRound(this.ports(more), signal);
  }

  happened(event: DeploymentEvent): DeploymentEvent {
    const next = { ...event, id: `${this.stream.length + 1}-0` };
    this.stream.push(next);
    return next;
  }

  /** A deployment of the service completed in staging, and is the active one there. */
  completed(): DeploymentEvent {
    const event = this.happened(anEvent('completed'));
    const { deploymentId, version } = event;
    const deployment = aDeployment({ id: deploymentId, ref: HERE, version });
    this.deployments.set(deploymentId, deployment);
    this.active.set(HERE.environment, { ...HERE, version, deploymentId, since: AT });
    return event;
  }

  async only(): Promise<Promotion> {
    const [promotion, ...others] = await this.promotions.list({ open: false, limit: 10 });
    if (!promotion || others.length > 0) throw new Error('expected one promotion');
    return promotion;
  }
}
