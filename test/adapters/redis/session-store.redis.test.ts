import { afterAll, expect, test } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { RedisSessionStore } from '../../../src/adapters/redis/services/session-store.redis.js';
import { MemorySessions } from '../../support/memory-sessions.js';
import { testRedis } from '../../support/redis.js';
import { aSession, sessionStoreSuite } from '../../suites/session-store.suite.js';

const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());

sessionStoreSuite(
  'sessions in Redis',
  () => new RedisSessionStore(connection.client, testRedis().namespace),
);
sessionStoreSuite('sessions in memory', () => new MemorySessions());

test('what is over does not stay in Redis', async () => {
  const { namespace } = testRedis();
  const store = new RedisSessionStore(connection.client, namespace);
  await store.open(aSession({ id: 'over', until: 2_000 }));
  await store.open(aSession({ id: 'new' }));
  const { all, ends } = keysOf(namespace).sessions;
  expect(await connection.client.hkeys(all)).toEqual(['new']);
  expect(await connection.client.zrange(ends, '0', '-1')).toEqual(['new']);
});

test('no more are kept than was said: those go that end first', async () => {
  const { namespace } = testRedis();
  const store = new RedisSessionStore(connection.client, namespace, 2);
  const until = aSession().until;
  await store.open(aSession({ id: 'last', until }));
  await store.open(aSession({ id: 'first', until: until - 2 }));
  await store.open(aSession({ id: 'second', until: until - 1 }));
  expect(await store.find('first')).toBeNull();
  expect(await store.list(0)).toHaveLength(2);
});

test('what another hand wrote there is no session', async () => {
  const { namespace } = testRedis();
  const store = new RedisSessionStore(connection.client, namespace);
  const { all } = keysOf(namespace).sessions;
  const wrong = ['', '{', '[]', '{"id":"d"}', JSON.stringify({ ...aSession(), roles: ['root'] })];
  for (const [n, json] of wrong.entries()) await connection.client.hset(all, `w${n}`, json);
  for (const n of wrong.keys()) expect(await store.find(`w${n}`)).toBeNull();
  expect(await store.list(0)).toEqual([]);
});
