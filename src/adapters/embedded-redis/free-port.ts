import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range the system hands to outgoing connections. From inside it, a client that
// reconnects while Redis restarts can connect to itself and keep the port for good.
const FIRST = 12_000;
const LAST = 15_999;

export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

/** A port free at this moment on 127.0.0.1: the caller must be ready to find it taken. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port found on 127.0.0.1 between ${FIRST} and ${LAST}.`);
}
