import { Redis } from 'ioredis';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type OwnRedis, startOwnRedis, testRedis } from '../../support/redis.js';

let own: OwnRedis | null = null;
let client: Redis | null = null;

afterEach(async () => {
  client?.disconnect();
  await own?.dispose();
});

async function connected(): Promise<{ readonly own: OwnRedis; readonly client: Redis }> {
  own = await startOwnRedis();
  client = new Redis(own.url, { maxRetriesPerRequest: null });
  client.on('error', () => {});
  return { own, client };
}

describe("a test's own Redis", () => {
  test('comes back on the same port with its data after a stop', async () => {
    const pair = await connected();
    await pair.client.set('deployment', 'kept');

    await pair.own.stop();
    await pair.own.start();

    expect(await pair.client.get('deployment')).toBe('kept');
  });

  test('comes back on the same port after a kill', async () => {
    const pair = await connected();
    await pair.client.set('deployment', 'kept');
    // While an fsync runs, Redis answers before it has written.
    await vi.waitFor(async () => {
      expect(await pair.client.info('persistence')).toContain('aof_buffer_length:0\r');
    });

    await pair.own.kill9();
    await pair.own.start();

    expect(await pair.client.get('deployment')).toBe('kept');
  });

  test('answers nobody while it is paused', async () => {
    const pair = await connected();
    await pair.client.ping();

    await pair.own.pause();
    const impatient = new Redis(pair.own.url, { commandTimeout: 200, maxRetriesPerRequest: 0 });
    impatient.on('error', () => {});
    await expect(impatient.ping()).rejects.toThrow('timed out');
    impatient.disconnect();
    pair.own.resume();

    expect(await pair.client.ping()).toBe('PONG');
  });
});

test("the run's Redis answers, and every call gets a namespace of its own", async () => {
  const first = testRedis();
  const redis = new Redis(first.url);
  expect(await redis.ping()).toBe('PONG');
  redis.disconnect();

  expect(testRedis().namespace).not.toBe(first.namespace);
});
