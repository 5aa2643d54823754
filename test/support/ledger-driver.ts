import { vi } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import type { DriverCall } from '../../src/domain/ports/target-driver.js';
import { FakeDriver, fine } from './fake-services.js';

/** Targets that write down, by themselves, every call that reaches them, as an audit reads it. */
export class LedgerDriver extends FakeDriver {
  readonly #lines: string[] = [];
  readonly #begun: number[] = [];
  readonly #times = new Map<string, number>();

  constructor(callMs: number) {
    super();
    this.onApply = async (call) => {
      const name = `${call.action} ${call.deploymentId} ${call.target.id}`;
      this.#times.set(name, (this.#times.get(name) ?? 0) + 1);
      this.#begun.push(performance.now());
      this.#note('begin', call);
      await systemClock.sleep(callMs);
      this.#note('end', call);
      return fine;
    };
  }

  async *lines(): AsyncGenerator<string> {
    yield* [...this.#lines];
  }

  /** Calls that were made more than once. */
  repeated(): readonly string[] {
    return [...this.#times].filter(([, times]) => times > 1).map(([name]) => name);
  }

  /** The longest time between the beginnings of two calls, from the fault's own until calls come in after it. */
  async silenceDuring(fault: () => Promise<unknown>): Promise<number> {
    await this.#next();
    const from = this.#begun.length - 1;
    await fault();
    await this.#next();
    const gaps = this.#begun.slice(from + 1).map((at, n) => at - (this.#begun[from + n] ?? at));
    return Math.max(...gaps);
  }

  #next(): Promise<void> {
    const { length } = this.#begun;
    return vi.waitFor(
      () => {
        if (this.#begun.length === length) throw new Error('no target has been called since');
      },
      { timeout: 60_000, interval: 5 },
    );
  }

  #note(phase: 'begin' | 'end', call: DriverCall): void {
    const { action, service, environment, target, version, deploymentId, fence } = call;
    const fields = { action, service, environment, version, deploymentId, fence };
    this.#lines.push(JSON.stringify({ phase, target: target.id, ...fields }));
  }
}
