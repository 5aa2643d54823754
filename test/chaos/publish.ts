import { setTimeout as delay } from 'node:timers/promises';
import type {
  DeploymentProducer,
  DeploymentRequest,
} from '../../src/producers/deployment-producer.js';
import type { Chance } from './chance.js';
import type { ChaosService } from './fleet.js';

/** Somebody's request, and that its promise was resolved: from then on it must not be lost. */
export interface Acknowledged {
  readonly deploymentId: string;
  readonly request: DeploymentRequest;
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

  constructor(
    producers: readonly DeploymentProducer[],
    fleet: readonly ChaosService[],
    chance: Chance,
  ) {
    this.#producers = producers;
    this.#fleet = fleet;
    this.#chance = chance;
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
        const { deploymentId } = await producer.plan(request);
        return deploymentId;
      } catch (error) {
        if (performance.now() > until) throw error;
        this.repeated += 1;
        await delay(250);
      }
    }
  }
}
