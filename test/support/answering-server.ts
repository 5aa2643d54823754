import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/**
 * A server that answers every piece it gets with the same text, as a Redis in
 * protected mode, one without INFO, or something else entirely does. It ends
 * with the test.
 *
 * @returns its port
 */
export async function answeringServer(text: string, { closes = false } = {}): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (piece: Buffer) => {
      const commands = piece.toString().match(/\*\d+\r\n/g)?.length ?? 1;
      socket.write(text.repeat(closes ? 1 : commands));
      if (closes) socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
