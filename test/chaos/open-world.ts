import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { Actions } from './actions.js';
import { Chance } from './chance.js';
import { fleetOf } from './fleet.js';
import { HostileDelivery } from './hostile-delivery.js';
import { keptBy } from './kept.js';
import { Observer } from './observer.js';
import { Orders } from './orders.js';
import { LOADER, SUFFIX } from './own-code.js';
import { Publishers } from './publish.js';
import type { RedisBackend } from './redis-backend.js';
import { TargetClient } from './target-client.js';
import { WorkerPool } from './worker-pool.js';
import { WorldMoves } from './world-moves.js';

export interface WorldOptions {
  /** What is done when, and to whom, follows from it; what comes of it does not. */
  readonly seed: number;
  /** Where ledger, notes and logs are kept. */
  readonly folder: string;
  readonly backend: RedisBackend;
  readonly workers: number;
  readonly services: number;
}

export type ChaosWorld = Awaited<ReturnType<typeof openWorld>>;

const NAMESPACE = 'chaos';
const PRODUCERS = 2;

/** Targets, workers, publishers and people, each with a way to Redis of its own; nothing happens yet. */
export async function openWorld({ seed, folder, backend, workers, services }: WorldOptions) {
  const files = {
    ledger: join(folder, 'ledger.jsonl'),
    notes: join(folder, 'notes.jsonl'),
    log: join(folder, 'workers.jsonl'),
    output: join(folder, 'workers.out'),
  };
  const chance = new Chance(seed);
  const fleet = fleetOf(services);
  const targets = await startTargets(files.ledger, seed, services);
  const ways = await Promise.all(Array.from({ length: workers + PRODUCERS }, () => backend.line()));
  const lines = ways.map(({ line }) => line);
  const [publisher, person] = ways
    .slice(workers)
    .map(({ url }) => createProducer({ connection: url, namespace: NAMESPACE }));
  if (!publisher || !person) throw new Error(`${PRODUCERS} producers are wanted`);
  const observer = new Observer(backend.own(), NAMESPACE, chance.stream('observer'));
  const pool = new WorkerPool({
    lines: ways.slice(0, workers),
    chance: chance.stream('workers'),
    env: {
      ...{ NAMESPACE, TARGETS: String(targets.client.port), SERVICES: String(services) },
      ...{ NOTES: files.notes, LOG: files.log },
      DURABILITY: JSON.stringify(backend.durability),
    },
    output: files.output,
    beforeWaking: (pid) => targets.client.post('/world/woke', { pid }),
  });
  const publishers = new Publishers({
    ...{ producers: [publisher, person], fleet, chance: chance.stream('publishers') },
    isFull: () => observer.isFull(),
    isKept: keptBy(observer, backend.durability),
  });
  const orders = new Orders(person, observer, chance.stream('orders'));
  const known = publishers.acknowledged;
  const delivery = new HostileDelivery(observer, known, chance.stream('delivery'));
  const actions = new Actions({
    ...{ backend, pool, publishers, orders, delivery, lines },
    world: new WorldMoves(targets.client, fleet, chance.stream('world')),
    chance: chance.stream('actions'),
  });
  return {
    ...{ files, fleet, lines, observer, pool, publishers, orders, delivery, actions },
    targets: targets.client,
    async close() {
      await pool.stop();
      await Promise.all([publisher.close(), person.close()]);
      await observer.close();
      targets.process.disconnect();
    },
  };
}

async function startTargets(
  ledger: string,
  seed: number,
  services: number,
): Promise<{ readonly process: ChildProcess; readonly client: TargetClient }> {
  const child = fork(new URL(`./target-process${SUFFIX}`, import.meta.url), {
    env: { ...process.env, LEDGER: ledger, SEED: String(seed), SERVICES: String(services) },
    execArgv: [...LOADER],
  });
  const [port] = (await once(child, 'message')) as [number];
  return { process: child, client: new TargetClient(port) };
}
