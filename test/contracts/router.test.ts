import { describe, expect, test } from 'vitest';
import { RouterSchema } from '../../src/contracts/config/router.schema.js';
import { messagesOf, pathsOf } from './refused.js';

describe("a router's configuration", () => {
  test('of HAProxy needs a socket; the rest has defaults, times in milliseconds', () => {
    expect(RouterSchema.parse({ kind: 'haproxy', socket: '/run/haproxy.sock' })).toEqual({
      kind: 'haproxy',
      socket: '/run/haproxy.sock',
      backend: 'be_{service}',
      server: '{target.id}',
      timeout: 5_000,
      readyTimeout: 30_000,
      drainTimeout: 30_000,
      drainTimeoutIs: 'go_on',
      drainState: 'drain',
      persistent: 'let',
      persistentGrace: 300_000,
    });
  });

  test('of nginx needs the file that it may write', () => {
    expect(RouterSchema.parse({ kind: 'nginx', upstreamFile: '/etc/nginx/sb/api.conf' })).toEqual({
      kind: 'nginx',
      upstreamFile: '/etc/nginx/sb/api.conf',
      upstream: '{service}',
      test: ['nginx', '-t'],
      reload: ['nginx', '-s', 'reload'],
      timeout: 10_000,
      directives: [],
      others: [],
      drainTimeout: 30_000,
      drainTimeoutIs: 'go_on',
    });
  });

  test.each([
    ['haproxy', { socket: ['/a.sock', '/b.sock'] }, 2, 'expected 1 to 2: there are 2 in `socket`'],
    ['haproxy', { socket: '/a.sock' }, 1, 'expected 1 to 1: there is 1 in `socket`'],
    [
      'nginx',
      {
        upstreamFile: '/a.conf',
        others: [{ upstreamFile: '/b.conf' }, { upstreamFile: '/c.conf', pidFile: '/c.pid' }],
      },
      2,
      'expected 1 to 2: there are 2 nginx',
    ],
  ])('of %s, %o, takes a quorum of up to %i, and says why of more', (kind, its, most, message) => {
    const spec = (quorum: number) => ({ kind, ...its, quorum });
    for (let quorum = 1; quorum <= most; quorum += 1) {
      expect(RouterSchema.parse(spec(quorum))).toMatchObject({ quorum });
    }
    expect(pathsOf(RouterSchema, spec(most + 1))).toEqual(['quorum']);
    expect(messagesOf(RouterSchema, spec(most + 1))).toContain(message);
    expect(pathsOf(RouterSchema, spec(0))).toEqual(['quorum']);
  });

  test('may say that there is none', () => {
    expect(RouterSchema.parse({ kind: 'none' })).toEqual({ kind: 'none' });
  });

  test.each(['/run/h.sock', '127.0.0.1:9999', 'lb-1.example:9999', '[::1]:9999'])(
    'takes %s for the socket',
    (socket) => {
      expect(RouterSchema.safeParse({ kind: 'haproxy', socket }).success).toBe(true);
    },
  );

  test.each([
    'run/h.sock',
    'lb-1',
    ':9999',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    `/${'x'.repeat(107)}`,
  ])('refuses %s for the socket, and says what was expected', (socket) => {
    const spec = { kind: 'haproxy', socket };
    expect(pathsOf(RouterSchema, spec)).toEqual(['socket']);
    expect(messagesOf(RouterSchema, spec)).toContain('absolute path of at most 107');
  });

  const haproxy = { kind: 'haproxy', socket: '/run/h.sock' };
  const nginx = { kind: 'nginx', upstreamFile: '/etc/nginx/api.conf' };
  test.each<[string, object, string]>([
    ['a kind that there is not', { kind: 'envoy' }, 'kind'],
    ['a field that there is not', { ...haproxy, port: 1 }, ''],
    ['a field of another kind', { ...haproxy, upstreamFile: '/x' }, ''],
    ['a field beside none', { kind: 'none', timeout: 1 }, ''],
    ['no time at all for an answer', { ...haproxy, timeout: 0 }, 'timeout'],
    ['a drain without an end', { ...haproxy, drainTimeout: '2h' }, 'drainTimeout'],
    ['an unknown ending of a drain', { ...nginx, drainTimeoutIs: 'ignore' }, 'drainTimeoutIs'],
    ['a file by a relative path', { ...nginx, upstreamFile: 'api.conf' }, 'upstreamFile'],
    ['a folder for a file', { ...nginx, upstreamFile: '/etc/nginx/' }, 'upstreamFile'],
    ['a command that is a text', { ...nginx, reload: 'nginx -s reload' }, 'reload'],
    ['a command of nothing', { ...nginx, test: [] }, 'test.0'],
    ['the same socket twice', { ...haproxy, socket: ['/run/h.sock', '/run/h.sock'] }, 'socket'],
    ['no socket in a list', { ...haproxy, socket: [] }, 'socket'],
    ['a wrong socket in a list', { ...haproxy, socket: ['/run/h.sock', 'lb-2'] }, 'socket.1'],
    [
      'the same file twice',
      { ...nginx, others: [{ upstreamFile: '/etc/nginx/api.conf' }] },
      'others',
    ],
    ['another nginx without a file', { ...nginx, others: [{}] }, 'others.0.upstreamFile'],
    ['a server slipped in', { ...nginx, directives: ['server 10.0.0.1'] }, 'directives.0'],
    ['a block slipped in', { ...nginx, directives: ['zone a 1m; } server {'] }, 'directives.0'],
  ])('refuses %s', (_, spec, path) => {
    expect(pathsOf(RouterSchema, spec)).toEqual([path]);
  });
});
