import { describe, expect, test, vi } from 'vitest';
import { FakeDriver } from '../support/fake-services.js';
import { howMany } from '../support/how-many.js';
import { startPipeline } from '../support/pipeline.js';
import { spawnWorker } from '../support/spawn-worker.js';

/** Fewer where only the kind of Redis differs. */
const MANY = howMany({ few: 1_000, full: 10_000 });
/** Time to get all of them into their bake together on a slow machine: they wake no earlier than this. */
const ALL_IN_MS = MANY * 30;
const SHORTEST_MS = 5_000;

describe(`${MANY} deployments that bake`, () => {
  test('cost one worker process under 300 MB, let others through, and wake on time', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { producer, url: REDIS, namespace: NAMESPACE, until, index, queues, load } = pipeline;
    const worker = await spawnWorker({ REDIS, NAMESPACE });
    const wake = Date.now() + ALL_IN_MS;
    const strategy = () => {
      const wait = Math.max(SHORTEST_MS, wake - Date.now());
      return { kind: 'canary' as const, stages: [50, 100], wait };
    };
    const targets = [{ id: 'a' }, { id: 'b' }];
    const published: string[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < MANY) {
        const service = `s${next++}`;
        const { deploymentId } = await producer.deploy({
          service,
          version: '1',
          strategy: strategy(),
          targets,
        });
        published.push(deploymentId);
      }
    };
    await Promise.all(Array.from({ length: 100 }, lane));

    await vi.waitFor(
      async () => {
        const { delayed, active } = await queues.queue('execute').getJobCounts('delayed', 'active');
        expect({ delayed, active }).toEqual({ delayed: MANY, active: 0 });
      },
      { timeout: ALL_IN_MS, interval: 250 },
    );
    const quick = await producer.deploy({ service: 'quick', version: '1', targets });
    expect((await until(quick.deploymentId)).state.status).toBe('completed');
    const waiting = (await worker.memory()) / 2 ** 20;

    await vi.waitFor(
      async () =>
        expect(await index.counters()).toMatchObject({ completed: MANY + 1, executing: 0 }),
      { timeout: 2 * ALL_IN_MS, interval: 500 },
    );
    const woken = (await worker.memory()) / 2 ** 20;
    console.log(
      `the worker takes ${waiting.toFixed()} MB while they wait, ${woken.toFixed()} after`,
    );
    expect(Math.max(waiting, woken)).toBeLessThan(300);
    // None before its bake was over.
    for (const id of published.slice(0, 50)) {
      const { plan, endedAt, id: known } = await load(id);
      const events = await index.events(known);
      const baking = events.find(({ event }) => event.type === 'deployment.waiting');
      expect((endedAt ?? 0) - (baking?.at ?? 0)).toBeGreaterThanOrEqual(plan.forecast.waitMs);
    }
  }, 900_000);
});
