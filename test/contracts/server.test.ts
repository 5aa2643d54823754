import { describe, expect, test } from 'vitest';
import { ServerSchema } from '../../src/contracts/config/server.schema.js';
import { messagesOf, pathsOf } from './refused.js';

describe('what the HTTP surface lets one client take', () => {
  test('has a bound that nobody has to set, and believes no proxy', () => {
    expect(ServerSchema.parse({})).toEqual({
      rateLimit: { enabled: true, requests: 1_200, per: 60_000, atOnce: 64 },
      trustedProxies: [],
    });
  });

  test.each([
    [{ rateLimit: { requests: 0 } }, 'rateLimit.requests'],
    [{ rateLimit: { per: '10ms' } }, 'rateLimit.per'],
    [{ rateLimit: { atOnce: 1.5 } }, 'rateLimit.atOnce'],
    [{ rateLimit: { burst: 1 } }, 'rateLimit'],
    [{ trustedProxies: '10.0.0.1' }, 'trustedProxies'],
  ])('refuses %j, naming the field', (server, path) => {
    expect(pathsOf(ServerSchema, server)).toEqual([path]);
  });

  test.each(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '::ffff:10.0.0.1'])(
    'believes the proxy %s where that is said',
    (proxy) => {
      expect(ServerSchema.parse({ trustedProxies: [proxy] }).trustedProxies).toEqual([proxy]);
    },
  );

  test.each(['proxy.example', 'localhost', '0.0.0.0/0', '::/0', 'true', '*.example'])(
    'does not believe %s: a name may lead elsewhere tomorrow, and everybody is no proxy',
    (proxy) => {
      expect(pathsOf(ServerSchema, { trustedProxies: [proxy] })).toEqual(['trustedProxies.0']);
      expect(messagesOf(ServerSchema, { trustedProxies: [proxy] })).toContain(
        'expected an address or a network',
      );
    },
  );
});
