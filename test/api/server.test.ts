import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { SECURITY_HEADERS } from '../../src/api/http/security-headers.js';
import { createServer, type Server } from '../../src/api/server.js';
import { fakePorts } from './fake-ports.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(host: string): Promise<Server> {
  const server = await createServer(await fakePorts(), { host, port: 0, writableBoard: false });
  servers.push(server);
  return server;
}

describe('the server', () => {
  test.each([
    ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['localhost', /^http:\/\/localhost:\d+$/],
    ['0.0.0.0', /^http:\/\/127\.0\.0\.1:\d+$/],
  ])('bound to %s gives an address that answers', async (host, shape) => {
    const { address } = await start(host);
    expect(address).toMatch(shape);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
  });

  test('closes at once, whoever keeps a connection open', async () => {
    const server = await start('127.0.0.1');
    const socket = connect(Number(new URL(server.address).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n');
    await once(socket, 'data');
    // Half of a second request: only after a minute is it given up.
    socket.write('GET /healthz HTTP/1.1\r\n');

    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    const before = performance.now();
    await server.close();
    await closed;
    expect(performance.now() - before).toBeLessThan(30_000);
  });

  test('says so when the port is taken', async () => {
    const { address } = await start('127.0.0.1');
    const port = Number(new URL(address).port);
    const again = createServer(await fakePorts(), {
      host: '127.0.0.1',
      port,
      writableBoard: false,
    });
    await expect(again).rejects.toThrow('EADDRINUSE');
  });
});

describe('what is too large', () => {
  const END = 'Connection: close\r\n\r\n';
  const JSON_OF = (bytes: number): string => JSON.stringify({ x: 'x'.repeat(bytes - 8) });
  const post = (body: string): string =>
    `POST /queues/api/queues/plan/add HTTP/1.1\r\nHost: localhost\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n${END}${body}`;
  const get = (path: string, headers = ''): string =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}${END}`;

  async function answerTo(raw: string): Promise<string> {
    const { address } = await start('127.0.0.1');
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    // A body that is still being sent when it is refused ends in a reset.
    socket.on('error', () => {});
    socket.write(raw);
    await once(socket, 'close');
    return heard;
  }

  test.each([
    ['a body of 64 KiB is read', post(JSON_OF(65_536)), 405],
    ['one byte more is not', post(JSON_OF(65_537)), 413],
    ['an address of 15,000 letters is one that leads nowhere', get(`/${'a'.repeat(15_000)}`), 404],
    ['an address of 17,000 letters is not looked at', get(`/${'a'.repeat(17_000)}`), 431],
    ['a header of 15,000 letters is ignored', get('/x', `X-A: ${'a'.repeat(15_000)}\r\n`), 404],
    [
      'a header of 17,000 letters is not looked at',
      get('/x', `X-A: ${'a'.repeat(17_000)}\r\n`),
      431,
    ],
    [
      'a health check of a proxy that names no host is answered',
      'GET /healthz HTTP/1.0\r\n\r\n',
      200,
    ],
    ['nothing else is without one', 'GET /login HTTP/1.0\r\n\r\n', 403],
    ['98 headers are read', get('/x', 'X-A: a\r\n'.repeat(98)), 404],
    ['101 headers are not', get('/x', 'X-A: a\r\n'.repeat(99)), 431],
  ])('%s', async (_, raw, status) => {
    expect(Number((await answerTo(raw)).split(' ', 2)[1])).toBe(status);
  });

  test.each([
    ['too long', get(`/${'a'.repeat(17_000)}`), 431, 'The address and the headers are too long'],
    ['no HTTP', 'EVAL "return 1" 0\r\n\r\n', 400, 'This is no well-formed HTTP.'],
    ['a head with a NUL', get('/x', 'X-A: a\0b\r\n'), 400, 'This is no well-formed HTTP.'],
  ])(
    '%s is answered as a problem, with the headers of all answers',
    async (_, raw, status, detail) => {
      const [head = '', body = ''] = (await answerTo(raw)).split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(head).toContain('\r\ncontent-type: application/problem+json\r\n');
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        expect(head).toContain(`\r\n${name}: ${value}`);
      }
      expect(head).toContain(`\r\ncontent-length: ${body.length}\r\n`);
      expect(JSON.parse(body)).toMatchObject({ status, detail: expect.stringContaining(detail) });
    },
  );
});
