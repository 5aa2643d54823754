import { describe, expect, test } from 'vitest';
import { type Provenance, refusalOf as refused } from '../../src/api/http/request-guard.js';
import { siteOf, withinBase } from '../../src/api/http/site.js';

const refusalOf = (sent: Provenance, boundTo: string, publicUrl?: string) =>
  refused(sent, { boundTo, site: siteOf(publicUrl) });

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

const PUBLIC = 'https://ops.example/signalbox/';

describe('a server behind a proxy, with the address that people use', () => {
  test.each(['ops.example', 'OPS.example:443', 'ops.example:8443', '127.0.0.1:7300', 'localhost'])(
    'answers to %s, on loopback and elsewhere',
    (host) => {
      expect(refusalOf(get(host), '127.0.0.1', PUBLIC)).toBeNull();
      expect(refusalOf(get(host), '0.0.0.0', PUBLIC)).toBeNull();
    },
  );

  test.each(['evil.example', 'ops.example.evil.example', 'x.ops.example', '', undefined])(
    'does not answer to %s',
    (host) => {
      for (const boundTo of ['127.0.0.1', '0.0.0.0']) {
        expect(refusalOf(get(host), boundTo, PUBLIC)).toMatch(
          /^this server answers to ops\.example/,
        );
      }
    },
  );

  test('without one says which field names it', () => {
    expect(refusalOf(get('ops.example'), '127.0.0.1')).toContain('server.publicUrl');
  });

  test.each<[host: string, origin: string, allowed: boolean]>([
    ['ops.example', 'https://ops.example', true],
    // As proxies send it that do not pass the name on.
    ['127.0.0.1:7300', 'https://ops.example', true],
    ['127.0.0.1:7300', 'http://127.0.0.1:7300', true],
    ['ops.example', 'http://ops.example', false],
    ['ops.example', 'https://ops.example:8443', false],
    ['ops.example:8443', 'https://ops.example:8443', false],
    ['ops.example', 'https://evil.example', false],
    ['127.0.0.1:7300', 'http://127.0.0.1:9999', false],
    ['ops.example', 'null', false],
  ])('asked as %s takes a change from a page of %s: %s', (host, origin, allowed) => {
    const refusal = refusalOf({ method: 'POST', host, origin }, '127.0.0.1', PUBLIC);
    expect(refusal === null).toBe(allowed);
    if (!allowed) expect(refusal).toContain('pages of this server are at https://ops.example');
  });
});

describe('a path that we are under', () => {
  test.each([
    ['/signalbox/queues?a=1', '/queues?a=1'],
    ['/signalbox/', '/'],
    ['/signalbox', '/'],
    ['/signalbox?a=1', '/?a=1'],
    ['/queues', '/queues'],
    ['/signalboxes', '/signalboxes'],
    ['/signalbox/signalbox/x', '/signalbox/x'],
    ['/signalbox//healthz', '//healthz'],
  ])('is taken from %s: %s', (url, route) => {
    expect(withinBase(url, '/signalbox')).toBe(route);
    expect(withinBase(url, '')).toBe(url);
  });
});
