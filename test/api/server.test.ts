import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
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

    const closed = once(socket, 'close');
    const before = performance.now();
    await server.close();
    await closed;
    expect(performance.now() - before).toBeLessThan(1_000);
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
