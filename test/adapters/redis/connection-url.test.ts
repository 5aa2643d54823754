import { describe, expect, test } from 'vitest';
import {
  parseRedisUrl,
  withTlsFiles,
} from '../../../src/adapters/redis/connection/connection-url.js';

describe('REDIS_URL', () => {
  test.each([
    ['redis://127.0.0.1:6379/2', null],
    ['rediss://user:secret@redis.example', {}],
  ])('%s is one server', (url, tls) => {
    expect(parseRedisUrl(url)).toEqual({ kind: 'server', url, tls });
  });

  test('names a master by its sentinels, which have users of their own', () => {
    expect(
      parseRedisUrl(
        'redis-sentinel://:p%40ss@a:1,b/mymaster?sentinelUsername=s&sentinelPassword=%26',
      ),
    ).toEqual({
      kind: 'sentinel',
      name: 'mymaster',
      sentinels: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26_379 },
      ],
      credentials: { password: 'p@ss' },
      sentinelCredentials: { username: 's', password: '&' },
      tls: null,
    });
  });

  test('names a cluster by some of its nodes, with TLS where asked', () => {
    expect(parseRedisUrl('rediss-cluster://ann:pw@a:7000,[::1]:7001?caFile=/ca.pem')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7_000 },
        { host: '::1', port: 7_001 },
      ],
      credentials: { username: 'ann', password: 'pw' },
      tls: { caFile: '/ca.pem' },
    });
  });

  test('names the files for TLS, which are nothing for the server', () => {
    expect(
      parseRedisUrl(
        'rediss://a:pw@h:1/2?caFile=/c%20a.pem&certFile=/c.pem&keyFile=/k.pem&family=4',
      ),
    ).toEqual({
      kind: 'server',
      url: 'rediss://a:pw@h:1/2?family=4',
      tls: { caFile: '/c a.pem', certFile: '/c.pem', keyFile: '/k.pem' },
    });
  });

  test.each([
    ['redis://h?caFile=/ca.pem', 'caFile is for a Redis connection with TLS'],
    ['rediss://h?certFile=/c.pem', 'certFile and keyFile of the Redis connection go together'],
    ['redis-cluster://h?db=1', 'redis-cluster:// knows the parameters caFile, certFile, keyFile'],
    ['redis-cluster://h?sentinelPassword=hunter2', 'got sentinelPassword'],
  ])('%s is refused: %s', (url, reason) => {
    expect(() => parseRedisUrl(url)).toThrow(reason);
    expect(() => parseRedisUrl(url)).not.toThrow('hunter2');
  });

  test('takes the files for TLS from the environment as well, unless it names its own', () => {
    const env = { REDIS_CA_FILE: '/c a.pem', REDIS_KEY_FILE: '' };
    expect(withTlsFiles('rediss://h', env)).toBe('rediss://h?caFile=%2Fc%20a.pem');
    expect(withTlsFiles('rediss-cluster://h?keyFile=k', env)).toBe(
      'rediss-cluster://h?keyFile=k&caFile=%2Fc%20a.pem',
    );
    expect(withTlsFiles('rediss://h?caFile=/b', env)).toBe('rediss://h?caFile=/b');
    expect(withTlsFiles('redis://h', env)).toBe('redis://h');
    expect(withTlsFiles('rediss://h', {})).toBe('rediss://h');
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
