import { type ServiceRef, serviceKey } from '../../domain/model/ids.js';
import { type Freeze, inOrder, isOver } from '../../domain/model/plan/freeze.js';
import type { AutomationHold } from '../../domain/model/hold.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { FreezeRecord, FreezeStore } from '../../domain/ports/freeze-store.js';

const LOG_LENGTH = 1_000;

/** Freezes in one process's memory: for tests, simulation and the library. */
export class MemoryFreezes implements FreezeStore {
  readonly #freezes = new Map<string, Freeze>();
  readonly #holds: Map<string, AutomationHold>;
  readonly #clock: Clock;
  #log: readonly FreezeRecord[] = [];

  /** @param holds by `environment/service`; whoever writes transitions fills it, as the Redis script does */
  constructor(holds: Map<string, AutomationHold>, clock: Clock) {
    this.#holds = holds;
    this.#clock = clock;
  }

  async put(freeze: Freeze): Promise<void> {
    this.#freezes.set(freeze.id, freeze);
    this.#record('frozen', freeze.id, freeze.by, freeze.reason);
  }

  async remove(id: string, by: string | null): Promise<Freeze | null> {
    const freeze = this.#freezes.get(id);
    this.#freezes.delete(id);
    if (freeze === undefined || isOver(freeze, this.#clock.now())) return null;
    this.#record('unfrozen', id, by, freeze.reason);
    return freeze;
  }

  async list(): Promise<readonly Freeze[]> {
    const now = this.#clock.now();
    for (const freeze of this.#freezes.values()) {
      if (isOver(freeze, now)) this.#freezes.delete(freeze.id);
    }
    return [...this.#freezes.values()].toSorted(inOrder);
  }

  async automationHold(ref: ServiceRef): Promise<AutomationHold | null> {
    return this.#holds.get(serviceKey(ref)) ?? null;
  }

  async releaseAutomation(ref: ServiceRef, by: string | null): Promise<AutomationHold | null> {
    const key = serviceKey(ref);
    const hold = this.#holds.get(key);
    if (hold === undefined) return null;
    this.#holds.delete(key);
    this.#record('automation_released', key, by, hold.reason);
    return hold;
  }

  async records(limit: number): Promise<readonly FreezeRecord[]> {
    return this.#log.slice(0, Math.max(0, limit));
  }

  #record(type: FreezeRecord['type'], subject: string, by: string | null, reason: string): void {
    const record = { type, subject, by, reason, at: this.#clock.now() };
    this.#log = [record, ...this.#log].slice(0, LOG_LENGTH);
  }
}
