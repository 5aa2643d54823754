import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosService } from './fleet.js';
import type { Observer } from './observer.js';
import type { Publishers } from './publish.js';
import type { WorkerPool } from './worker-pool.js';

/** Longer than any piece of work may lie still, so that each death is seen for itself. */
const APART_MS = 7_000;
/** A worker with so much in hand is worth killing, and is waited for so long. */
const MUCH = 5;
const LOOKS = 150;

/**
 * One death at a time and nothing else, each while every service is being
 * deployed: how long work lies still then is what an operator will see.
 */
export async function drill(
  deaths: number,
  pool: WorkerPool,
  publishers: Publishers,
  observer: Observer,
  fleet: readonly ChaosService[],
): Promise<void> {
  for (let n = 0; n < deaths; n++) {
    await pool.allReady();
    const published = Promise.all(fleet.map((service) => publishers.publish(service)));
    await pool.killPid(await busiest(observer));
    await Promise.all([published, delay(APART_MS)]);
  }
}

async function busiest(observer: Observer): Promise<number> {
  let [most, pid] = [0, 0];
  for (let look = 0; look < LOOKS && most < MUCH; look++) {
    for (const [worker, count] of await observer.inHand()) {
      if (count > most) [most, pid] = [count, worker];
    }
    await delay(15);
  }
  return pid;
}
