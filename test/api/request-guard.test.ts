import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../src/api/http/request-guard.js';

const put = (origin: string | undefined) => ({ method: 'PUT', host: 'Localhost:7300', origin });
const get = (host: string | undefined) => ({ method: 'GET', host, origin: undefined });

describe('a server on loopback', () => {
  test.each(['localhost', 'LOCALHOST:7300', '127.0.0.1:7300', '[::1]:7300', '192.168.1.9:7300'])(
    'answers to %s',
    (host) => {
      expect(refusalOf(get(host), '127.0.0.1')).toBeNull();
    },
  );

  test.each([
    'evil.example',
    'localhost.evil.example:7300',
    '127.0.0.1.nip.io',
    'a b',
    '',
    undefined,
  ])('does not answer to %s', (host) => {
    expect(refusalOf(get(host), 'localhost')).not.toBeNull();
    expect(refusalOf(get(host), '::1')).not.toBeNull();
  });
});

describe('a server that was bound to the network on purpose', () => {
  test('answers to any name', () => {
    expect(refusalOf(get('signalbox.internal'), '0.0.0.0')).toBeNull();
  });
});

describe('a request that changes something', () => {
  test('may come from a page of the server itself, or from no page', () => {
    expect(refusalOf(put('http://localhost:7300'), '127.0.0.1')).toBeNull();
    expect(refusalOf(put(undefined), '127.0.0.1')).toBeNull();
  });

  test.each(['https://evil.example', 'http://localhost:9999', 'null'])(
    'may not come from %s',
    (origin) => {
      expect(refusalOf(put(origin), '127.0.0.1')).not.toBeNull();
    },
  );
});
