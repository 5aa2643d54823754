import { describe, expect, test, vi } from 'vitest';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';
import { spawnWorker } from '../support/spawn-worker.js';

const MANY = 10_000;
/** Long enough for all of them to be in their bake together on a slow machine. */
const BAKE_MS = 120_000;

describe(`${MANY} deployments that bake`, () => {
  test('cost one worker process under 300 MB, let others through, and wake on time', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { producer, url: REDIS, namespace: NAMESPACE, until, index, queues, load } = pipeline;
    const worker = await spawnWorker({ REDIS, NAMESPACE });
    const strategy = { kind: 'canary' as const, stages: [50, 100], wait: BAKE_MS };
    const targets = [{ id: 'a' }, { id: 'b' }];
    const published: string[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < MANY) {
        const service = `s${next++}`;
        const { deploymentId } = await producer.deploy({
          service,
          version: '1',
          strategy,
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
      { timeout: BAKE_MS, interval: 250 },
    );
    const quick = await producer.deploy({ service: 'quick', version: '1', targets });
    expect((await until(quick.deploymentId)).state.status).toBe('completed');
    expect((await worker.memory()) / 2 ** 20).toBeLessThan(300);

    await vi.waitFor(
      async () =>
        expect(await index.counters()).toMatchObject({ completed: MANY + 1, executing: 0 }),
      { timeout: 2 * BAKE_MS, interval: 500 },
    );
    expect((await worker.memory()) / 2 ** 20).toBeLessThan(300);
    // On time: none before its bake was over.
    for (const id of published.slice(0, 50)) {
      const { startedAt, endedAt } = await load(id);
      expect((endedAt ?? 0) - (startedAt ?? 0)).toBeGreaterThanOrEqual(BAKE_MS);
    }
  }, 480_000);
});
