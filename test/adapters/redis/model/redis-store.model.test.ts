import { afterAll, expect, test } from 'vitest';
import { patientConnection } from '../../../../src/adapters/redis/connection/connection.js';
import { playMany } from '../../../model/play-many.js';
import { RedisSubject } from '../../../model/redis-subject.js';
import { howMany } from '../../../support/how-many.js';
import { testRedis } from '../../../support/redis.js';

const GAMES = howMany({ few: 200, full: 1_000 });
const connection = patientConnection(testRedis().url);
afterAll(() => connection.close());

test('the store in Redis does, move after move, what the model of a store does', async () => {
  const { namespace } = testRedis();
  let games = 0;
  const calls = await playMany(
    'a store in Redis',
    GAMES,
    () => new RedisSubject(connection.client, `${namespace}-${(games += 1)}`),
    (subject) => subject.clear(),
  );

  expect(calls).toBeGreaterThan(10 * GAMES);
}, 300_000);
