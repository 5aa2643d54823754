import type { DrainCount } from '../../model/target.js';
import type { TargetId } from '../../model/ids.js';
import type { TrafficRouter } from '../../ports/traffic-router.js';
import type { Pass } from './pass.js';

/** Most drains end before anybody would look: nothing is written of those. */
const FIRST_MS = 1_000;
/** Of what takes long less is written: as a part of the time that has passed. */
const PART = 0.1;

/**
 * Writes what a router tells of a drain while it waits: the first count after a
 * second, then each that differs, the rarer the longer it takes. An hour's drain
 * comes to some ninety events at most.
 */
export class DrainSeen {
  readonly #pass: Pass;
  readonly #target: TargetId;
  readonly #router: Pick<TrafficRouter, 'drainMs' | 'timeoutMs' | 'uncounted'>;
  readonly #since: number;
  #next: number;
  #last: DrainCount | null = null;
  readonly #writes: Promise<void>[] = [];

  constructor(pass: Pass, router: TrafficRouter, target: TargetId) {
    this.#pass = pass;
    this.#target = target;
    this.#router = router;
    this.#since = pass.clock.now();
    this.#next = this.#since + FIRST_MS;
  }

  tell(count: DrainCount): void {
    const { journal, clock, abort } = this.#pass;
    const now = clock.now();
    if (count.left === 0 || now < this.#next || abort.aborted) return;
    if (this.#last?.left === count.left && this.#last.of === count.of) return;
    const { drainMs, timeoutMs, uncounted } = this.#router;
    const passed = now - this.#since;
    this.#last = count;
    this.#next = now + Math.max(FIRST_MS, passed * PART);
    journal.report({
      ...{ type: 'deployment.drain_seen', target: this.#target, count },
      withinMs: Math.max(0, (drainMs ?? timeoutMs) - passed),
      ...(uncounted && { uncounted }),
    });
    const write = journal.flush();
    // Whoever waits for the end of the drain meets the failure.
    write.catch(() => {});
    this.#writes.push(write);
  }

  /** @throws Fenced when another run has taken over */
  async written(): Promise<void> {
    await Promise.all(this.#writes);
  }
}
