import { setTimeout as delay } from 'node:timers/promises';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import {
  CommandRefused,
  type DeploymentProducer,
} from '../../src/producers/deployment-producer.js';
import type { Chance } from './chance.js';
import type { Observer } from './observer.js';

const ORDERS = {
  pause: 5,
  abort: 2,
  force: 2,
  halt: 2,
  cancel: 1,
  rollback: 2,
  rollback_service: 1,
  retry: 3,
  approve: 1,
  execute: 1,
  verify: 1,
};

/** Redis was away, or had no room. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'RedisUnavailable' || error.message.startsWith('OOM'));

/** People who give orders at the wrong moments. */
export class Orders {
  given = 0;
  refused = 0;
  /** Redis was away: whether it was carried out is not known. */
  unanswered = 0;
  readonly #producer: DeploymentProducer;
  readonly #observer: Observer;
  readonly #chance: Chance;

  constructor(producer: DeploymentProducer, observer: Observer, chance: Chance) {
    this.#producer = producer;
    this.#observer = observer;
    this.#chance = chance;
  }

  async giveAny(): Promise<void> {
    const kind = this.#chance.weighed(ORDERS);
    const ended = kind === 'retry' || this.#chance.happens(0.1);
    const id = ended ? await this.#observer.someEnded('failed') : await this.#observer.someOpen();
    if (id !== undefined) await this.#give(kind, id);
  }

  /** Lets go on what stands at a gate. */
  async promoteSome(): Promise<void> {
    for (const { id, state } of await this.#observer.open(40)) {
      if (state.status !== 'executing' || state.gate === undefined) continue;
      if (!this.#chance.happens(0.5)) continue;
      const all = this.#chance.happens(0.3);
      await this.#answered(() => this.#producer.promote(id, 'chaos', { all }));
    }
  }

  /** What a person must do in the end, and only that: approve, resume, promote. */
  async see(deployment: Deployment): Promise<void> {
    const { id, state } = deployment;
    // Newer versions may have been completed since: whoever asked wants this one all the same.
    if (state.status === 'draft')
      await this.#answered(() => this.#producer.approve(id, 'chaos', { older: true }));
    if (state.status === 'paused') await this.#answered(() => this.#producer.resume(id, 'chaos'));
    if (state.status === 'executing' && state.gate !== undefined) {
      await this.#answered(() => this.#producer.promote(id, 'chaos', { all: true }));
    }
  }

  async #give(kind: keyof typeof ORDERS, id: string): Promise<void> {
    const producer = this.#producer;
    const [why, by] = ['ordered by chaos', 'chaos'];
    switch (kind) {
      case 'pause':
        if (!(await this.#answered(() => producer.pause(id, why, by)))) return;
        await delay(this.#chance.between(100, 3_000));
        await this.#answered(() => producer.resume(id, by));
        return;
      case 'rollback_service': {
        const { service } = (await this.#observer.load(id)) ?? {};
        if (service !== undefined) await this.#answered(() => producer.rollback({ service }));
        return;
      }
      case 'abort':
      case 'halt': {
        const rollback = kind === 'abort';
        await this.#answered(() => producer.abort(id, why, by, { rollback }));
        return;
      }
      case 'force':
        await this.#answered(() => producer.abort(id, why, by, { force: true }));
        return;
      case 'cancel':
        await this.#answered(() => producer.cancel(id, why, by));
        return;
      case 'rollback':
        await this.#answered(() => producer.rollback({ deploymentId: id, reason: why }));
        return;
      case 'retry':
      case 'approve':
        await this.#answered(() => producer[kind](id, by));
        return;
      case 'execute':
      case 'verify':
        await this.#answered(() => producer[kind](id));
    }
  }

  async #answered(order: () => Promise<unknown>): Promise<boolean> {
    this.given += 1;
    try {
      await order();
      return true;
    } catch (error) {
      if (error instanceof CommandRefused) this.refused += 1;
      else if (isUnanswered(error)) this.unanswered += 1;
      else throw error;
      return false;
    }
  }
}
