import { describe, expect, it } from 'vitest';
import {
  MalformedRedisUrl,
  RedisRefused,
  RedisUnavailable,
} from '../../src/contracts/problems/redis-problem.js';
import { CliWorld } from './cli-world.js';

describe('a command whose Redis', () => {
  it.each([
    ['is away leaves with 5', new RedisUnavailable('Redis is away'), 5, 'Redis is away'],
    ['refuses it leaves with 2', new RedisRefused('no database 16'), 2, 'no database 16'],
    ['is named in no way leaves with 2', new MalformedRedisUrl('no URL'), 2, 'redis: no URL'],
  ])('%s', async (_, error, code, said) => {
    const world = new CliWorld();
    world.failToOpen = error;
    expect(await world.run(['status'])).toEqual({ code, out: '', err: `error: ${said}\n` });
  });

  it('goes away while it works is told of it in the words of the composition root', async () => {
    const world = new CliWorld();
    world.failToOpen = new Error('Connection is closed.');
    const redisTrouble = (error: unknown): unknown => new RedisUnavailable(String(error));
    expect((await world.run(['status'], { redisTrouble })).code).toBe(5);
    expect((await world.run(['status'])).code).toBe(1);
  });
});
