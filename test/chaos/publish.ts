import { setTimeout as delay } from 'node:timers/promises';
import type {
  DeploymentProducer,
  DeploymentRequest,
  PublishedPlan,
} from '../../src/producers/deployment-producer.js';
import type { Chance } from './chance.js';
import type { ChaosService } from './fleet.js';

/** Somebody's request, and that its promise was resolved: from then on it must not be lost. */
export interface Acknowledged {
  readonly deploymentId: string;
  readonly request: DeploymentRequest;
}

export interface PublishersOptions {
  readonly producers: readonly DeploymentProducer[];
  readonly fleet: readonly ChaosService[];
  readonly chance: Chance;
  /** Whether enough waits already. */
  readonly isFull: () => Promise<boolean>;
  /** Whether what was published outlives a failover; where not, it is published again. */
  readonly isKept: (published: PublishedPlan) => Promise<boolean>;
}

const GIVES_UP_AFTER_MS = 120_000;

/** Other services that publish, and repeat under the same key until they are told that it is in. */
export class Publishers {
  readonly acknowledged: Acknowledged[] = [];
  /** Repetitions, and requests sent twice on purpose. */
  repeated = 0;
  #made = 0;
  readonly #producers: readonly DeploymentProducer[];
  readonly #fleet: readonly ChaosService[];
  readonly #chance: Chance;
  readonly #isKept: PublishersOptions['isKept'];
  readonly #isFull: PublishersOptions['isFull'];

  constructor({ producers, fleet, chance, isKept, isFull }: PublishersOptions) {
    this.#producers = producers;
    this.#fleet = fleet;
    this.#chance = chance;
    this.#isKept = isKept;
    this.#isFull = isFull;
  }

  /** To any service, unless so much waits that nobody would get to it. */
  async publishSome(): Promise<boolean> {
    if (await this.#isFull()) return false;
    await this.publish();
    return true;
  }

  /** To a service of the fleet; to any where none is named. */
  async publish(to?: ChaosService): Promise<void> {
    const at = (this.#made += 1);
    const { service = 'none' } = to ?? this.#chance.pick(this.#fleet) ?? {};
    const request: DeploymentRequest = {
      service,
      version: `v${at}`,
      idempotencyKey: `key-${at}`,
      requestedBy: 'publisher',
      approve: !this.#chance.happens(0.03),
    };
    const senders = this.#chance.happens(0.1) ? this.#producers : this.#producers.slice(0, 1);
    this.repeated += senders.length - 1;
    const ids = await Promise.all(senders.map((producer) => this.#insist(producer, request)));
    for (const deploymentId of new Set(ids)) this.acknowledged.push({ deploymentId, request });
  }

  async #insist(producer: DeploymentProducer, request: DeploymentRequest): Promise<string> {
    const until = performance.now() + GIVES_UP_AFTER_MS;
    for (;;) {
      try {
        const published = await producer.plan(request);
        if (await this.#isKept(published)) return published.deploymentId;
      } catch (error) {
        if (performance.now() > until) throw error;
      }
      this.repeated += 1;
      await delay(250);
    }
  }
}
