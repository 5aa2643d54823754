import { setTimeout as delay } from 'node:timers/promises';
import type { Observer } from './observer.js';
import type { ChaosWorld } from './open-world.js';

type Drilled = Pick<ChaosWorld, 'pool' | 'publishers' | 'observer' | 'fleet' | 'targets'>;

/** Longer than any piece of work may lie still, so that each death is seen for itself. */
const APART_MS = 7_000;
/** A worker with so much in hand is worth killing, and is waited for so long. */
const MUCH = 5;
const LOOKS = 150;

/** Stands still long enough for others to have gone on with what it had in hand. */
const FROZEN_MS = 9_000;
/** A call that was about to be made may be a lie, and lies are not refused. */
const MOST_TRIES = 8;

/**
 * One worker at a time stands still just before it calls a target, and makes
 * that call when its work has long been another's: the target must refuse it.
 */
export async function drillZombies(count: number, world: Drilled): Promise<void> {
  const { pool, publishers, fleet, targets } = world;
  const refused = (): Promise<number> => targets.post<number>('/refused', {});
  const wanted = (await refused()) + count;
  for (let tries = 0; tries < MOST_TRIES && (await refused()) < wanted; tries++) {
    await pool.allReady();
    const doom = { how: 'freeze', port: 'driver', when: 'before', nth: 1 } as const;
    const frozen = pool.freeze(FROZEN_MS, doom);
    await Promise.all([frozen, ...fleet.map((service) => publishers.publish(service))]);
    // The call was made when it woke; its answer is on its way.
    await delay(500);
  }
}

/**
 * One death at a time and nothing else, each while every service is being
 * deployed: how long work lies still then is what an operator will see.
 */
export async function drillDeaths(count: number, world: Drilled): Promise<void> {
  const { pool, publishers, observer, fleet } = world;
  for (let n = 0; n < count; n++) {
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
