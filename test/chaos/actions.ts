import { setTimeout as delay } from 'node:timers/promises';
import { isPassing } from '../../src/adapters/redis/connection/passing-trouble.js';
import type { Chance } from './chance.js';
import type { Disturbable } from './faulty-line.js';
import type { HostileDelivery } from './hostile-delivery.js';
import type { Orders } from './orders.js';
import type { Publishers } from './publish.js';
import type { Span } from './recovery-times.js';
import type { RedisBackend } from './redis-backend.js';
import type { ActionKind } from './schedule.js';
import type { WorkerPool } from './worker-pool.js';
import type { WorldMoves } from './world-moves.js';

export interface World {
  readonly backend: RedisBackend;
  readonly pool: WorkerPool;
  readonly publishers: Publishers;
  readonly orders: Orders;
  readonly delivery: HostileDelivery;
  readonly world: WorldMoves;
  /** Every client's way to Redis that can be disturbed. */
  readonly lines: readonly Disturbable[];
  readonly chance: Chance;
}

/** Does to the system what the schedule says, and counts what was really done. */
export class Actions {
  readonly done = new Map<ActionKind, number>();
  /** When Redis, or the way to it, was not as it should be. */
  readonly disturbances: Span[] = [];
  /** What nothing here should have thrown. */
  readonly surprises: string[] = [];
  readonly #world: World;
  #redisTurn: Promise<unknown> = Promise.resolve();

  constructor(world: World) {
    this.#world = world;
  }

  async perform(kind: ActionKind): Promise<void> {
    try {
      const done = await this.#act(kind);
      if (done !== false) this.done.set(kind, (this.done.get(kind) ?? 0) + 1);
    } catch (error) {
      if (isPassing(error)) return;
      this.surprises.push(`${kind}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  #act(kind: ActionKind): Promise<unknown> {
    const { pool, publishers, orders, delivery, world, chance } = this.#world;
    const acts: Readonly<Record<ActionKind, () => Promise<unknown>>> = {
      publish: () => publishers.publishSome(),
      kill: () => pool.kill(),
      freeze: () => pool.freeze(chance.between(6_000, 18_000)),
      shift_clock: () => {
        const shift = chance.between(2_000, 60_000) * (chance.happens(0.5) ? 1 : -1);
        return pool.shiftClock(Math.round(shift), chance.between(2_000, 10_000));
      },
      restart_redis: () => this.#alone(() => this.#restart()),
      stall_redis: () => this.#alone(() => this.#stall()),
      fill_redis: () => this.#alone(() => this.#fill()),
      fail_over: () => this.#alone(async () => this.#world.backend.failover?.()),
      cut: async () => chance.pick(this.#world.lines)?.cut(),
      delay: () =>
        this.#line(
          (line) => line.delay(chance.whole(20, 300)),
          (line) => line.delay(0),
        ),
      silence: () =>
        this.#line(
          (line) => line.silence(),
          (line) => {
            if (chance.happens(0.5)) line.cut();
            line.speak();
          },
        ),
      deafen: () =>
        this.#line(
          (line) => line.deafen(),
          (line) => line.cut(),
        ),
      order: () => orders.giveAny(),
      promote: () => orders.promoteSome(),
      duplicate: () => delivery.duplicate(),
      retry_job: () => delivery.retryAJob(),
      poison: () => delivery.poisonQueue(),
      lose_job: () => delivery.loseAJob(),
      hold_out: () => world.holdOut(),
      end_target: () => world.endTarget(),
      lose_router: () => world.loseRouter(),
    };
    return acts[kind]();
  }

  /** One thing after the other happens to Redis itself. */
  #alone(work: () => Promise<unknown>): Promise<unknown> {
    const mine = this.#redisTurn.then(() => this.#noting(() => this.#untilWhole(work)));
    this.#redisTurn = mine.catch(() => {});
    return mine;
  }

  /** Answers `false` where it ended in a failover: it counts as that alone. */
  async #untilWhole(work: () => Promise<unknown>): Promise<boolean> {
    const { backend } = this.#world;
    const before = backend.promotions();
    await work();
    await backend.whole();
    return backend.promotions() === before;
  }

  async #noting(work: () => Promise<unknown>): Promise<unknown> {
    const from = Date.now();
    try {
      return await work();
    } finally {
      // Clients take a moment to find their way back.
      this.disturbances.push({ from, to: Date.now() + 500 });
    }
  }

  async #restart(): Promise<void> {
    const { backend, chance } = this.#world;
    await backend.end(chance.happens(0.7) ? 'kill9' : 'stop');
    // Now and then for longer than any lease.
    await delay(chance.happens(0.2) ? chance.between(5_500, 8_000) : chance.between(100, 3_000));
    await backend.start();
  }

  async #stall(): Promise<void> {
    const { backend, chance } = this.#world;
    await backend.pause();
    await delay(chance.between(300, 7_000));
    backend.resume();
  }

  async #fill(): Promise<void> {
    const { backend, chance } = this.#world;
    await backend.full();
    await delay(chance.between(300, 4_000));
    await backend.roomy();
  }

  async #line(
    begin: (line: Disturbable) => void,
    end: (line: Disturbable) => void,
  ): Promise<boolean> {
    const { chance, lines } = this.#world;
    const line = chance.pick(lines);
    if (line === undefined) return false;
    return this.#noting(async () => {
      begin(line);
      await delay(chance.between(500, 9_000));
      end(line);
      return true;
    }) as Promise<boolean>;
  }
}
