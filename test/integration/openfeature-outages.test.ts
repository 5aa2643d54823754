import { OpenFeature } from '@openfeature/server-sdk';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createProvider } from '../../src/app/entries/openfeature.js';
import {
  anApplication,
  FLAG,
  PATIENT,
  reaches,
  sees,
  usersOn,
} from '../adapters/flags/an-application.js';
import { startOwnRedis, testRedis } from '../support/redis.js';

afterAll(() => OpenFeature.close());

describe('while Redis', () => {
  test('restarts, the last flags known are served as stale, and followed again after it', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    const { set, client, heard } = await anApplication({ url: redis.url });
    await set(50);
    await reaches(client, 50);
    const before = await usersOn(client);
    heard.length = 0;

    await redis.stop();
    await vi.waitFor(() => expect(client.providerStatus).toBe('STALE'), PATIENT);
    expect(await sees(client, 'a')).toMatchObject({ reason: 'STALE', variant: expect.any(String) });
    expect(await usersOn(client)).toEqual(before);
    await redis.start();
    await vi.waitFor(() => expect(client.providerStatus).toBe('READY'), PATIENT);
    expect(await usersOn(client)).toEqual(before);
    await set(100);
    await reaches(client, 100);

    expect(heard).toEqual([
      'PROVIDER_STALE',
      'PROVIDER_READY',
      `PROVIDER_CONFIGURATION_CHANGED ${FLAG}`,
    ]);
  });

  test('is silent, on connections that stay open, that is noticed all the same', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    const { set, client } = await anApplication({ url: redis.url });
    await set(100);
    await reaches(client, 100);

    await redis.pause();
    onTestFinished(() => redis.resume());
    await vi.waitFor(() => expect(client.providerStatus).toBe('STALE'), PATIENT);
    expect(await sees(client)).toMatchObject({ value: true, reason: 'STALE' });
    redis.resume();
    await vi.waitFor(() => expect(client.providerStatus).toBe('READY'), PATIENT);
  });

  test('is not there yet, the application is told, and gets its flags when it comes', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    await redis.stop();
    const { set, client, ready, heard } = await anApplication({
      ...{ url: redis.url, started: false, options: { initialWaitMs: 100 } },
    });

    await expect(ready).rejects.toThrow('no flags were read within 100 ms');
    expect(client.providerStatus).toBe('ERROR');
    expect(await client.getBooleanDetails(FLAG, true)).toMatchObject({
      ...{ value: true, errorCode: 'PROVIDER_NOT_READY' },
    });
    await redis.start();
    await vi.waitFor(() => expect(client.providerStatus).toBe('READY'), PATIENT);
    await set(100);
    await reaches(client, 100);

    expect(heard.slice(0, 2)).toEqual(['PROVIDER_ERROR', 'PROVIDER_READY']);
  });
});

describe('a provider', () => {
  test('that is closed leaves no connection behind, and can be used again', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    const { provider } = await anApplication({ url: redis.url });
    const own = new Redis(redis.url);
    onTestFinished(() => own.disconnect());
    const connections = async () =>
      String(await own.client('LIST'))
        .split('\n')
        .filter((line) => line.includes('cmd=xread'));

    await vi.waitFor(async () => expect(await connections()).toHaveLength(1), PATIENT);
    await provider.onClose();
    await vi.waitFor(async () => expect(await connections()).toHaveLength(0), PATIENT);
    expect(await provider.resolveBooleanEvaluation(FLAG, true, {})).toMatchObject({
      ...{ value: true, errorCode: 'PROVIDER_NOT_READY' },
    });

    await provider.initialize();
    expect(await provider.resolveBooleanEvaluation(FLAG, true, {})).toMatchObject({
      errorCode: 'FLAG_NOT_FOUND',
    });
  });

  test('that is closed before it was ready says so to whoever waits for it', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    await redis.stop();
    const provider = createProvider({ connection: redis.url });
    const first = provider.initialize();
    void provider.onClose();

    await expect(first).rejects.toThrow('closed before any flags were read');
  });

  test('takes a client of the application, and leaves it open', async () => {
    const own = new Redis(testRedis().url, { lazyConnect: true });
    onTestFinished(() => own.disconnect());
    const { set, client, provider } = await anApplication({ options: { connection: own } });
    await set(100);
    await reaches(client, 100);
    await provider.onClose();

    expect(await own.ping()).toBe('PONG');
  });

  test.each([
    [{ connection: 'localhost' }, 'the Redis connection must be'],
    [{ connection: 'redis://localhost', namespace: 'a}b' }, 'is not a namespace'],
    [{ connection: 'redis://localhost', environment: 'A B' }, 'is not an environment name'],
  ])('is not made from %j', (options, message) => {
    expect(() => createProvider(options)).toThrow(message);
  });
});
