import { OpenFeature } from '@openfeature/server-sdk';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createProvider } from '../../../src/app/entries/openfeature.js';
import { createWorker } from '../../../src/app/workers/create-worker.js';
import { SILENT } from '../../../src/domain/ports/log.js';
import { FakeDriver } from '../../support/fake-services.js';
import { startPipeline } from '../../support/pipeline.js';
import { binomialInterval } from './share.js';

const USERS = Array.from({ length: 10_000 }, (_, at) => `user-${at}`);

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

describe('a feature flag that a deployment widens', () => {
  test('is seen by 1, then 10, then 100 % of 10,000 users, and nobody loses it on the way', async () => {
    const { producer, url, namespace, load, until } = await startPipeline({
      workers: 0,
      driver: new FakeDriver(),
    });
    const worker = await createWorker({
      connection: url,
      log: SILENT,
      config: {
        namespace,
        services: {
          shop: {
            driver: { kind: 'command', argv: ['true'] },
            targets: [{ id: 'web-1' }, { id: 'web-2' }],
            strategy: {
              kind: 'feature_flag',
              flag: 'new_checkout',
              stages: [1, 10, 100].map((percent) => ({
                percent,
                gate: { name: `at-${percent}` },
              })),
            },
          },
        },
      },
    });
    undo.push(() => worker.stop());
    await OpenFeature.setProviderAndWait(createProvider({ connection: url, namespace }));
    undo.push(() => OpenFeature.close());
    const client = OpenFeature.getClient();
    const seenBy = async (): Promise<ReadonlySet<string>> => {
      const seen = new Set<string>();
      // A hundred at a time: the provider hears of changes in between, as in a real application.
      for (let at = 0; at < USERS.length; at += 100) {
        const users = USERS.slice(at, at + 100);
        const answers = await Promise.all(
          users.map((targetingKey) =>
            client.getBooleanValue('new_checkout', false, { targetingKey }),
          ),
        );
        for (const user of users.filter((_, nth) => answers[nth])) seen.add(user);
        await new Promise(setImmediate);
      }
      return seen;
    };
    const { deploymentId } = await producer.deploy({ service: 'shop', version: '2.0.0' });

    let before: ReadonlySet<string> = new Set();
    for (const percent of [1, 10, 100]) {
      await vi.waitFor(
        async () => {
          const { state } = await load(deploymentId);
          if (state.status !== 'executing' || state.gate?.name !== `at-${percent}`) {
            throw new Error(JSON.stringify(state));
          }
        },
        { timeout: 30_000, interval: 20 },
      );
      const [low, high] = await vi.waitFor(
        async () => {
          const interval = binomialInterval((await seenBy()).size, USERS.length);
          if (interval[1] < percent / 100)
            throw new Error(`not there yet: ${interval.join(' to ')}`);
          return interval;
        },
        { timeout: 10_000, interval: 100 },
      );
      const seen = await seenBy();
      console.log(`flag at ${percent} %: seen by ${seen.size} of ${USERS.length}`);
      expect(low).toBeLessThanOrEqual(percent / 100);
      expect(high).toBeGreaterThanOrEqual(percent / 100);
      expect([...before].filter((user) => !seen.has(user))).toEqual([]);
      before = seen;
      await producer.promote(deploymentId, 'ann');
    }
    expect((await until(deploymentId)).state).toEqual({ status: 'completed' });
    expect(before.size).toBe(USERS.length);
  });
});
