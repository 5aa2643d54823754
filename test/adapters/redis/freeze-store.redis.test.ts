import { afterAll, expect, test } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { RedisFreezeStore } from '../../../src/adapters/redis/services/freeze-store.redis.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { Script } from '../../../src/adapters/redis/connection/load-scripts.js';
import { type FreezeHand, freezeStoreSuite } from '../../suites/freeze-store.suite.js';
import { testRedis } from '../../support/redis.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());

async function inRedis(): Promise<FreezeHand> {
  const { namespace } = testRedis();
  const keys = keysOf(namespace);
  return {
    store: new RedisFreezeStore(connection.client, namespace),
    hold: async (ref, hold) => {
      const { record } = keys.service(ref);
      await connection.client.hset(record, 'automationHold', JSON.stringify(hold));
    },
  };
}

freezeStoreSuite('freezes in Redis', inRedis);

test('what is sent again because its reply was lost happens once, and is answered as before', async () => {
  const { freezes, freezeLog, prefix } = keysOf(testRedis().namespace);
  const service = `${prefix}:service:production/api`;
  const { client } = connection;
  const freeze = '{"id":"f","reason":"r","until":null}';
  const run = (script: string, keys: readonly string[], args: readonly string[]) =>
    new Script(script).run(client, keys, args);

  for (let sent = 0; sent < 2; sent += 1) {
    await run('put-freeze.lua', [freezes, freezeLog], ['op-1', 'f', freeze, '']);
  }
  for (let sent = 0; sent < 2; sent += 1) {
    expect(await run('remove-freeze.lua', [freezes, freezeLog], ['op-2', 'f', 'ann'])).toBe(freeze);
  }
  await client.hset(service, 'automationHold', '{"reason":"unhealthy"}');
  for (let sent = 0; sent < 2; sent += 1) {
    expect(
      await run('release-automation.lua', [service, freezeLog], ['op-3', 'production/api', 'ann']),
    ).toBe('{"reason":"unhealthy"}');
  }

  expect(await client.llen(freezeLog)).toBe(3);
});

test('an over freeze does not stay in Redis', async () => {
  const { namespace } = testRedis();
  const store = new RedisFreezeStore(connection.client, namespace);
  const scope = { environment: null, service: null, labels: {} };
  await store.put({ id: 'over', scope, reason: 'r', by: null, from: 1, until: 2 });
  await store.list();

  expect(await connection.client.exists(keysOf(namespace).freezes)).toBe(0);
});
