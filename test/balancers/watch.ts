import { setTimeout as delay } from 'node:timers/promises';
import type { Balancer } from './sites/balancer.js';
import type { Diary, Sample } from './judges/diary.js';

const EVERY_MS = 50;

/** Writes down what every balancer has, until it is ended. */
export function watchAll(balancers: readonly Balancer[], { samples }: Diary) {
  const stopped = new AbortController();
  const watches = balancers.map(async ({ name, look }) => {
    const own: Sample[] = [];
    samples.set(name, own);
    while (!stopped.signal.aborted) {
      // When it was asked: what others do afterwards is not in it.
      const at = Date.now();
      // oxlint-disable-next-line no-await-in-loop -- one sample after the other
      const servers = await look();
      own.push({ at, until: Date.now(), servers });
      // oxlint-disable-next-line no-await-in-loop -- the pace
      await delay(EVERY_MS);
    }
  });
  return async (): Promise<void> => {
    stopped.abort();
    await Promise.all(watches);
  };
}
