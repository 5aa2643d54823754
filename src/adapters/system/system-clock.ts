import { setTimeout as timeout } from 'node:timers/promises';
import type { Clock } from '../../domain/ports/clock.js';

/** Node's longest timer: a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await timeout(Math.min(ms, LONGEST_TIMER_MS), undefined, signal ? { signal } : {});
    } catch {
      // Woken early, as promised.
    }
  },
};
