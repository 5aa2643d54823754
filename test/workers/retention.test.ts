import { beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentEvent } from '../../src/domain/ports/event-log.js';
import type {
  KnownTrace,
  RecordKind,
  RetentionStore,
  Trimmed,
  TrimOrder,
} from '../../src/domain/retention/retention-store.js';
import type { RetentionPolicy } from '../../src/domain/retention/retention-policy.js';
import { Retention, type RetentionPorts } from '../../src/workers/coordinating/retention.js';
import { anEvent } from '../domain/promotion/promotions.js';
import { anId } from '../support/fixtures.js';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const { signal } = new AbortController();

/** A history as far as retention can see it: one service, oldest first. */
class World implements RetentionStore {
  traces: KnownTrace[] = [];
  readonly orders: TrimOrder[] = [];
  readonly kinds = { releases: [] as string[], promotions: [] as string[] };
  readonly cleaned: number[] = [];
  readonly said: string[] = [];
  readonly pages: number[] = [];
  stream: readonly DeploymentEvent[] = [];
  cursor: string | null = '0-0';
  /** Somebody still names these. */
  needed = new Set<string>();
  failing = false;

  add(count: number, daysAgo: number): void {
    const endedAt = NOW - daysAgo * DAY;
    for (let n = 0; n < count; n++) {
      const trace = { status: 'completed', createdAt: endedAt - 1, endedAt } as const;
      this.traces.push({ id: anId(), ...trace, newer: 5_000 });
    }
  }

  async deployments(from: number, limit: number): Promise<readonly KnownTrace[]> {
    if (this.failing) throw new Error('Redis is away');
    this.pages.push(from);
    return this.traces.slice(from, from + limit);
  }

  async trim(order: TrimOrder): Promise<Trimmed> {
    this.orders.push(order);
    if (this.needed.has(order.id)) return { kind: 'kept', why: 'stable' };
    this.traces = this.traces.filter(({ id }) => id !== order.id);
    return { kind: 'trimmed' };
  }

  async records(kind: RecordKind, from: number, limit: number, keep: number) {
    const all = this.kinds[kind];
    return all.slice(from, Math.min(from + limit, Math.max(from, all.length - keep)));
  }

  async trimRecord(kind: RecordKind, id: string): Promise<boolean> {
    if (id.startsWith('open')) return false;
    this.kinds[kind] = this.kinds[kind].filter((each) => each !== id);
    return true;
  }

  retention(more: Partial<RetentionPolicy> = {}): Retention {
    const say = (_: object, message: string): void => void this.said.push(message);
    const ports: RetentionPorts = {
      retention: this,
      policy: {
        ...{ deployments: 90 * DAY, keep: 2, most: 10_000, atLeast: DAY },
        ...{ releases: 90 * DAY, promotions: 90 * DAY, jobs: 7 * DAY, ...more },
      },
      promotions: { cursor: async () => this.cursor },
      events: { read: async () => this.stream },
      clock: { now: () => NOW },
      log: { info: say, warn: say, error: say },
      cleanJobs: async (age) => void this.cleaned.push(age),
    };
    return new Retention(ports);
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a round of retention', () => {
  test('lets the old ones go, and asks for no more than it found', async () => {
    world.add(3, 100);
    world.add(2, 5);
    const [first] = world.traces;

    await world.retention().round(signal);

    expect(world.traces).toHaveLength(2);
    expect(world.orders[0]).toEqual({ id: first?.id, endedBefore: NOW - DAY, newer: 2 });
    expect(world.said).toEqual(['let go of old deployments']);
  });

  test('looks at a thousand at most, and goes on behind what stays in the next', async () => {
    world.add(2_500, 100);
    world.needed = new Set(world.traces.slice(0, 600).map(({ id }) => id));
    const retention = world.retention();

    await retention.round(signal);
    expect(world.orders).toHaveLength(1_000);
    expect(world.traces).toHaveLength(2_100);
    expect(world.pages).toEqual([0, 200, 400, 600, 600]);

    await retention.round(signal);
    expect(world.traces).toHaveLength(1_100);
    await retention.round(signal);
    expect(world.traces.map(({ id }) => world.needed.has(id))).not.toContain(false);
  });

  test('rests as long as it took to look at everything, and then begins anew', async () => {
    world.add(2_500, 100);
    world.needed = new Set(world.traces.map(({ id }) => id));
    const retention = world.retention();
    for (let round = 0; round < 3; round++) await retention.round(signal);
    expect(world.pages).toHaveLength(13);

    await retention.round(signal);
    await retention.round(signal);
    expect(world.pages).toHaveLength(13);

    world.needed.clear();
    await retention.round(signal);
    expect(world.traces).toHaveLength(1_500);
  });

  test('looks no further than where everything is young, and less often while nothing may go', async () => {
    world.add(1_000, 0.5);
    const retention = world.retention();
    const lookedAt: number[] = [];
    for (let round = 1; round <= 200; round++) {
      const before = world.pages.length;
      await retention.round(signal);
      if (world.pages.length > before) lookedAt.push(round);
    }

    expect(new Set(world.pages)).toEqual(new Set([0]));
    expect(lookedAt).toEqual([1, 3, 7, 15, 31, 63, 124, 185]);
    expect(world.orders).toEqual([]);
  });

  test('waits until the events of a deployment were followed', async () => {
    world.add(3, 100);
    const retention = world.retention();
    world.cursor = null;
    await retention.round(signal);
    expect(world.traces).toHaveLength(3);

    world.cursor = '4-0';
    world.stream = [anEvent('completed', { time: new Date(NOW - 101 * DAY).toISOString() })];
    await retention.round(signal);
    expect(world.traces).toHaveLength(3);

    world.stream = [anEvent('completed', { time: new Date(NOW - 99 * DAY).toISOString() })];
    await retention.round(signal);
    await retention.round(signal);
    expect(world.traces).toEqual([]);
  });

  test('cleans jobs, releases and promotions now and then, and keeps the newest of them', async () => {
    world.kinds.releases = ['rel_1', 'open_2', 'rel_3', 'rel_4', 'rel_5'];
    world.kinds.promotions = ['a', 'b'];
    const retention = world.retention();

    for (let round = 0; round < 31; round++) await retention.round(signal);
    expect(world.kinds).toEqual({
      releases: ['open_2', 'rel_4', 'rel_5'],
      promotions: ['a', 'b'],
    });
    expect(world.cleaned).toEqual([7 * DAY]);

    await retention.round(signal);
    expect(world.cleaned).toHaveLength(2);
  });

  test('goes on from page to page where many releases may go', async () => {
    world.kinds.releases = Array.from({ length: 500 }, (_, n) => `rel_${n}`);

    await world.retention().round(signal);

    expect(world.kinds.releases).toEqual(['rel_498', 'rel_499']);
  });

  test('says so when it fails, and does the rest all the same', async () => {
    world.failing = true;

    await world.retention().round(signal);

    expect(world.said).toEqual(['a round of retention failed']);
    expect(world.cleaned).toEqual([7 * DAY]);
  });

  test('does nothing where the worker is to stop', async () => {
    const stopped = new AbortController();
    stopped.abort();
    world.add(3, 100);

    await world.retention().round(stopped.signal);

    expect(world.traces).toHaveLength(3);
    expect(world.cleaned).toEqual([]);
  });
});
