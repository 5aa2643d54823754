import type { z } from 'zod';
import { FreezeInputSchema } from '../contracts/freeze-input.js';
import type { ServiceRef } from '../domain/model/ids.js';
import { serviceKey } from '../domain/model/ids.js';
import { type Freeze, freezeFrom } from '../domain/model/plan/freeze.js';
import type { AutomationHold } from '../domain/model/hold.js';
import type { Clock } from '../domain/ports/clock.js';
import type { FreezeRecord, FreezeStore } from '../domain/ports/freeze-store.js';
import { checkPerson } from './check-said.js';
import { CommandRefused } from './deployment-producer.js';
import { checkRequest, InvalidRequest } from './publish-job.js';

export interface FreezeProducerPorts {
  readonly freezes: FreezeStore;
  readonly clock: Pick<Clock, 'now'>;
  /** An id no other freeze has. */
  readonly newFreezeId: () => string;
}

/** What a caller says of a freeze. */
export type FreezeInput = z.input<typeof FreezeInputSchema>;

/** The acts that a store keeps. */
const MOST_REMEMBERED = 1_000;

/** Freezes services, lifts freezes, and releases what an automatic rollback holds back. */
export class FreezeProducer {
  readonly #ports: FreezeProducerPorts;

  constructor(ports: FreezeProducerPorts) {
    this.#ports = ports;
  }

  /**
   * From then on nothing begins that the freeze covers; what has begun goes on.
   *
   * @throws InvalidRequest when a field breaks the contract; nothing is frozen then
   */
  async freeze(request: FreezeInput): Promise<Freeze> {
    const { freezes, clock, newFreezeId } = this.#ports;
    const asked = checkRequest(FreezeInputSchema, request);
    checkPerson(asked.by ?? '');
    const { id = newFreezeId(), ...wanted } = asked;
    const freeze = freezeFrom(wanted, id, clock.now());
    if (!freeze.ok) throw new InvalidRequest(freeze.error.path, freeze.error.message);
    await freezes.put(freeze.value);
    return freeze.value;
  }

  /** @throws CommandRefused where there is no such freeze (any more) */
  async unfreeze(id: string, by: string): Promise<Freeze> {
    checkPerson(by);
    const lifted = await this.#ports.freezes.remove(id, by);
    if (lifted === null) throw new CommandRefused(`no freeze ${id}`);
    return lifted;
  }

  /** Whether somebody lifted a freeze of this id, as far as that is remembered. */
  async wasLifted(id: string): Promise<boolean> {
    const records = await this.#ports.freezes.records(MOST_REMEMBERED);
    return records.some(({ type, subject }) => type === 'unfrozen' && subject === id);
  }

  /**
   * Who froze, lifted and released what, and why it stood, newest first; the last 1,000 acts are kept.
   *
   * @param limit 1 to 1,000
   */
  history(limit: number): Promise<readonly FreezeRecord[]> {
    return this.#ports.freezes.records(limit);
  }

  /** Those that are not over, also those still to come. */
  list(): Promise<readonly Freeze[]> {
    return this.#ports.freezes.list();
  }

  /** What an automatic rollback holds back on this service; `null` where nothing is. */
  automationHold(ref: ServiceRef): Promise<AutomationHold | null> {
    return this.#ports.freezes.automationHold(ref);
  }

  /**
   * Lets promotions, schedules and releases deploy the service again.
   *
   * @throws CommandRefused where its automation is not held
   */
  async releaseAutomation(ref: ServiceRef, by: string): Promise<AutomationHold> {
    checkPerson(by);
    const released = await this.#ports.freezes.releaseAutomation(ref, by);
    if (released === null) {
      throw new CommandRefused(`the automation of ${serviceKey(ref)} is not held`);
    }
    return released;
  }
}
