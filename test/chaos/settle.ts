import { setTimeout as delay } from 'node:timers/promises';
import type { Observer } from './observer.js';
import type { Orders } from './orders.js';

export interface Settled {
  readonly ms: number;
  /** What was still open when the time was up. */
  readonly open: readonly string[];
}

/** Waits, with all faults over, until nothing is open and no job is left; gives the orders that only people give. */
export async function settle(
  observer: Observer,
  orders: Orders,
  withinMs: number,
): Promise<Settled> {
  const begun = performance.now();
  for (;;) {
    const open = await observer.open(5_000);
    const ms = Math.round(performance.now() - begun);
    if (open.length === 0 && (await observer.jobsLeft()).length === 0) return { ms, open: [] };
    if (ms > withinMs) {
      return { ms, open: open.map(({ id, state }) => `${id} ${JSON.stringify(state)}`) };
    }
    for (const deployment of open) await orders.see(deployment);
    await delay(300);
  }
}
