import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createFlagStore } from '../../../src/adapters/flags/flag-store-registry.js';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { RedisFlagStore } from '../../../src/adapters/flags/flag-store.redis.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { parseFlagRecord } from '../../../src/contracts/values/flag-record.js';
import { deploymentId, environmentName, version } from '../../../src/domain/model/ids.js';
import { flagKeeperSuite } from '../../suites/flag-keeper.suite.js';
import { aCall, type ByHand, flagStoreSuite } from '../../suites/flag-store.suite.js';
import { startOwnRedis, testRedis } from '../../support/redis.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());

const never = new AbortController().signal;
const production = environmentName('production');
const staging = environmentName('staging');

const nextNamespace = (): string => testRedis().namespace;

function inRedis(namespace = testRedis().namespace, environment = production) {
  const store = new RedisFlagStore(connection.client, { namespace, environment });
  return { store, namespace, keys: keysOf(namespace).flags(environment) };
}

let last = inRedis();
const byHand: ByHand = async (flag, percent) => {
  const { records } = last.keys;
  if (percent === null) await connection.client.hdel(records, flag);
  else {
    const record = Object(JSON.parse((await connection.client.hget(records, flag)) ?? '{}'));
    await connection.client.hset(records, flag, JSON.stringify({ ...record, percent }));
  }
};

flagStoreSuite(
  'Redis',
  async () => {
    last = inRedis(nextNamespace());
    return last.store;
  },
  () => byHand,
);
flagKeeperSuite('Redis', async () => {
  last = inRedis(nextNamespace());
  return { store: last.store, keeper: last.store, byHand };
});

test('a record that can not be read is none of the flags that are listed', async () => {
  const { store, keys } = inRedis(nextNamespace());
  await connection.client.hset(keys.records, 'ff', '{broken');

  expect(await store.list(never)).toEqual({ ok: true, value: [] });
});

describe('flags in Redis', () => {
  test('are written down with who set them, and when', async () => {
    const { store, keys } = inRedis();
    await store.set(aCall(3), 'ff', 0.001, never);

    const record = parseFlagRecord((await connection.client.hget(keys.records, 'ff')) ?? '');

    expect(record).toEqual({
      ...{ percent: 0.001, version: '2.0.0', service: 'api', environment: 'production' },
      ...{ deploymentId: 'dep_0123456789', fence: 3, revision: 1 },
      changedAt: expect.any(Number),
    });
    expect(Math.abs((record?.changedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('tell those who follow of each change, once', async () => {
    const { store, keys } = inRedis();
    await store.set(aCall(1), 'ff', 1, never);
    await store.set(aCall(1), 'ff', 1, never);
    await store.set(aCall(1), 'ff', 10, never);
    await store.set(aCall(1), 'ff', null, never);
    await store.set(aCall(0), 'ff', 50, never);

    const changes = await connection.client.xrange(keys.changes, '-', '+');

    expect(changes.map(([, fields]) => fields)).toEqual([
      ['flag', 'ff', 'percent', '1', 'revision', '1'],
      ['flag', 'ff', 'percent', '10', 'revision', '2'],
      ['flag', 'ff', 'percent', '', 'revision', '3'],
    ]);
  });

  test('say that they changed when only the version or the deployment did', async () => {
    const { store } = inRedis();
    await store.set(aCall(1), 'ff', 100, never);

    const other = { version: version('3.0.0') };
    const again = { ...other, deploymentId: deploymentId('dep_9876543210') };
    const answers = [
      await store.set(aCall(1, other), 'ff', 100, never),
      await store.set(aCall(1, again), 'ff', 100, never),
    ];

    expect(answers).toMatchObject([
      { ok: true, value: { changed: true, revision: 2 } },
      { ok: true, value: { changed: true, revision: 3 } },
    ]);
    expect(await store.read('ff', never)).toMatchObject({ value: { version: '3.0.0' } });
  });

  test('of one environment are not those of another', async () => {
    const { store, namespace } = inRedis();
    const other = inRedis(namespace, staging).store;
    await store.set(aCall(9), 'ff', 100, never);
    await other.set(aCall(1, { environment: staging }), 'ff', 1, never);

    expect(await store.read('ff', never)).toMatchObject({ value: { percent: 100 } });
    expect(await other.read('ff', never)).toMatchObject({ value: { percent: 1 } });
    expect(await other.set(aCall(9), 'ff', 5, never)).toMatchObject({
      ok: false,
      error: { code: 'flag/rejected', message: expect.stringContaining('staging') },
    });
  });

  test('that can not be read count as off, and are replaced only where that is asked for', async () => {
    const { store, keys } = inRedis();
    await connection.client.hset(keys.records, 'ff', '{broken');

    expect(await store.read('ff', never)).toMatchObject({ value: { percent: 0, version: null } });
    expect(await store.set(aCall(1), 'ff', 10, never)).toMatchObject({
      error: { change: { found: 'no flag any more: its record in Redis is not readable' } },
    });
    expect(await store.set(aCall(1, { overwrites: 'any' }), 'ff', 10, never)).toMatchObject({
      ok: true,
    });
    expect(await store.read('ff', never)).toMatchObject({ value: { percent: 10 } });
  });

  test('are left alone where another field was changed by hand, and it is named', async () => {
    const { store, keys } = inRedis();
    await store.set(aCall(1), 'ff', 10, never);
    const record = (await connection.client.hget(keys.records, 'ff')) ?? '';
    const found = async (text: string) => {
      await connection.client.hset(keys.records, 'ff', text);
      const answer = await store.set(aCall(1), 'ff', 20, never);
      return answer.ok ? null : answer.error.change?.found;
    };

    expect(await found(record.replace('"2.0.0"', '"2.0.1"'))).toBe(
      'at 10%, and changed in version',
    );
    expect(await found(record.replace('{', '{"note":"mine",'))).toBe('at 10%, and changed in note');
    expect(await found(record.replace('{', '{ '))).toBe('at 10%, and changed in its text');
    expect(await found(record)).toBeNull();
  });

  test('that an older version of us set are taken for as we left them', async () => {
    const { store, keys } = inRedis();
    await store.set(aCall(1), 'ff', 10, never);
    await connection.client.hdel(keys.ledger, 'set:ff');

    expect(await store.set(aCall(1), 'ff', 20, never)).toMatchObject({ ok: true });
  });

  test('that Redis refuses are refused for good', async () => {
    const { store, keys } = inRedis();
    await connection.client.set(keys.records, 'no hash');

    expect(await store.set(aCall(1), 'ff', 10, never)).toMatchObject({
      ok: false,
      error: {
        code: 'flag/rejected',
        transient: false,
        message: expect.stringContaining('WRONGTYPE'),
      },
    });
  });

  test('are waited for only until the step is told to stop, and not for ever', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    const own = patientConnection(redis.url);
    onTestFinished(() => own.close());
    const surroundings = { redis: own.client, namespace: 'x', environment: production };
    const store = createFlagStore(undefined, surroundings);
    if (store === null) throw new Error('no store');
    await store.set(aCall(1), 'ff', 1, never);
    await redis.pause();
    onTestFinished(() => redis.resume());

    const stop = new AbortController();
    const cut = store.set(aCall(1), 'ff', 2, stop.signal);
    stop.abort();

    expect(await cut).toMatchObject({ error: { code: 'flag/aborted', transient: true } });
    expect(await store.read('ff', never)).toMatchObject({
      error: { code: 'flag/unreachable', transient: true },
    });
  });
});

test('a configuration can turn flags off', () => {
  const surroundings = { redis: connection.client, namespace: 'x', environment: production };

  expect(createFlagStore({ kind: 'none' }, surroundings)).toBeNull();
});
