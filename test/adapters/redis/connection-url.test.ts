import { describe, expect, test } from 'vitest';
import { parseRedisUrl } from '../../../src/adapters/redis/connection-url.js';

describe('REDIS_URL', () => {
  test.each(['redis://127.0.0.1:6379/2', 'rediss://user:secret@redis.example'])(
    '%s is one server',
    (url) => {
      expect(parseRedisUrl(url)).toEqual({ kind: 'server', url });
    },
  );

  test('names a master by its sentinels', () => {
    expect(parseRedisUrl('redis-sentinel://:p%40ss@a:1,b/mymaster')).toEqual({
      kind: 'sentinel',
      name: 'mymaster',
      sentinels: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26_379 },
      ],
      credentials: { password: 'p@ss' },
      tls: false,
    });
  });

  test('names a cluster by some of its nodes, with TLS where asked', () => {
    expect(parseRedisUrl('rediss-cluster://ann:pw@a:7000,[::1]:7001')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7_000 },
        { host: '::1', port: 7_001 },
      ],
      credentials: { username: 'ann', password: 'pw' },
      tls: true,
    });
  });

  test.each([
    'http://user:hunter2@host',
    'hunter2',
    'redis-sentinel://:hunter2@a:1',
    'redis-cluster://:hunter2@a:b',
  ])('%s is refused, and the password stays out of the message', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(TypeError);
    expect(() => parseRedisUrl(url)).not.toThrow(/hunter2@/);
  });
});
