import { afterAll, expect, test } from 'vitest';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { RedisWorkerRoster } from '../../../src/adapters/redis/workers/worker-roster.redis.js';
import type { Introduction } from '../../../src/domain/fleet/sign-of-life.js';
import type { WorkerSign } from '../../../src/domain/fleet/worker-sign.js';
import { testRedis } from '../../support/redis.js';
import { knowing } from '../../support/worker-signs.js';

const { url } = testRedis();
const connection = patientConnection(url);
const { client } = connection;
afterAll(() => connection.close());

const NONE = new Map<string, never>();
const introduce = (id: string, ...services: string[]): Introduction => ({
  ...{ id, host: `host-of-${id}`, version: '1.2.3', startedAt: 1 },
  knowledge: knowing(...services),
});
const world = () => {
  const { namespace } = testRedis();
  return { roster: new RedisWorkerRoster(client, namespace), keys: keysOf(namespace).workers };
};

/** Two that were seen in one millisecond come in any order. */
const byName = (signs: readonly WorkerSign[] | null): readonly WorkerSign[] =>
  (signs ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1));

test('workers see each other, with what each knows, until one takes leave', async () => {
  const { roster } = world();
  const [one, two] = [introduce('one', 'api'), introduce('two', 'web')];
  await roster.announce(one, new Map([['of-api', { driver: 'put' }]]));
  await roster.announce(two, NONE);

  expect(byName(await roster.beat(one))).toMatchObject([
    { ...one, alive: true },
    { ...two, alive: true },
  ]);
  await roster.leave(two);

  expect((await roster.beat(one))?.map(({ id }) => id)).toEqual(['one']);
  expect(byName(await roster.workers())).toMatchObject([
    { id: 'one', alive: true },
    { id: 'two', alive: false, host: 'host-of-two' },
  ]);
  expect(await roster.outlineOf('of-api')).toEqual({ driver: 'put' });
  expect(await roster.outlineOf('another')).toBeNull();
});

test('whose configuration was edited is told to the others, until it is not so any more', async () => {
  const { roster } = world();
  const one = introduce('one', 'api');
  await roster.announce({ ...one, configChanged: true }, NONE);

  expect(await roster.beat(one)).toMatchObject([{ id: 'one', configChanged: true }]);
  await roster.announce(one, NONE);
  expect((await roster.beat(one))?.[0]).not.toHaveProperty('configChanged');
});

test('who was not seen for a while is not counted on, and is remembered', async () => {
  const { roster, keys } = world();
  const [one, two] = [introduce('one', 'api'), introduce('two', 'web')];
  await roster.announce(one, NONE);
  await roster.announce(two, NONE);
  await client.zadd(keys.seen, Date.now() - 60_000, 'two');

  expect((await roster.beat(one))?.map(({ id }) => id)).toEqual(['one']);
  expect(await roster.workers()).toMatchObject([{ id: 'one' }, { id: 'two', alive: false }]);
});

test('a worker that Redis forgot is asked to announce itself again', async () => {
  const { roster, keys } = world();
  const one = introduce('one', 'api');
  await roster.announce(one, NONE);
  await client.del(...Object.values(keys));

  expect(await roster.beat(one)).toBeNull();
});

test('what was not said for a month is forgotten', async () => {
  const { roster, keys } = world();
  await roster.announce(introduce('old', 'api'), new Map([['of-api', { driver: 'put' }]]));
  const longAgo = Date.now() - 31 * 24 * 3_600_000;
  for (const key of [keys.seen, keys.said]) {
    for (const member of await client.zrange(key, 0, '-1')) await client.zadd(key, longAgo, member);
  }

  await roster.announce(introduce('new', 'web'), NONE);

  expect((await roster.workers()).map(({ id }) => id)).toEqual(['new']);
  expect(await roster.outlineOf('of-api')).toBeNull();
  expect(await client.hlen(keys.knowledge)).toBe(1);
});

test('a record that another version wrote is passed over', async () => {
  const { roster, keys } = world();
  const one = introduce('one', 'api');
  await roster.announce(one, NONE);
  await client.hset(keys.all, 'odd', '{"id":', 'later', '{"id":"later","of":"another kind"}');
  await client.zadd(keys.seen, Date.now(), 'odd', Date.now(), 'later');

  expect((await roster.beat(one))?.map(({ id }) => id)).toEqual(['one']);
  expect((await roster.workers()).map(({ id }) => id)).toEqual(['one']);
});
