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

describe('the address that people use', () => {
  test.each([
    'https://signalbox.example.com',
    'https://ops.example.com/signalbox/',
    'https://ops.example.com:8443/tools/signal-box_1.0~a',
    'http://192.168.1.9:7300',
    'https://[2001:db8::1]/',
    'HTTPS://Ops.Example.com',
  ])('may be %s', (publicUrl) => {
    expect(ServerSchema.parse({ publicUrl }).publicUrl).toBe(publicUrl);
  });

  test.each([
    ['ops.example.com', 'expected a URL such as https://signalbox.example.com'],
    ['/signalbox', 'expected a URL such as'],
    ['ftp://ops.example.com', 'expected a URL such as'],
    ['https:ops.example.com', 'expected a URL such as'],
    ['https://', 'expected a URL such as'],
    ['https://a b/', 'expected a URL such as'],
    ['https://ops.example.com/?a=1', 'without a query'],
    ['https://ops.example.com?', 'without a query'],
    ['https://ops.example.com/#top', 'without a query'],
    ['https://ann:pw@ops.example.com/', 'without a user and a password'],
    ['https://ops.example.com//signalbox', 'expected a path of letters'],
    ['https://ops.example.com/a/../b', 'expected a path of letters'],
    ['https://ops.example.com/./a', 'expected a path of letters'],
    ['https://ops.example.com/%2e', 'expected a path of letters'],
    ['https://ops.example.com/a;Domain=evil', 'expected a path of letters'],
    ['https://ops.example.com/<b>', 'expected a path of letters'],
    ['https://ops.example.com\\\\a', 'expected a'],
  ])('is refused as %s', (publicUrl, message) => {
    expect(pathsOf(ServerSchema, { publicUrl })).toEqual(['publicUrl']);
    expect(messagesOf(ServerSchema, { publicUrl })).toContain(message);
  });
});
