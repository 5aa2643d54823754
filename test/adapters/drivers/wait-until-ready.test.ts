import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { waitUntilReady } from '../../../src/adapters/drivers/local-process/wait-until-ready.js';
import { identify } from '../../../src/adapters/drivers/process/process-identity.js';

/** Answers everything on the loopback, and counts what it was asked. */
async function service() {
  let asked = 0;
  const server = createServer((_request, response) => response.end('ready'));
  server.on('connection', () => (asked += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, asked: () => asked };
}

async function look(host: string, port: number, path?: string) {
  const alive = identify(process.pid);
  if (alive === null) throw new Error('this process is not alive');
  const { signal } = new AbortController();
  return waitUntilReady({ process: alive, host, port, path, timeoutMs: 1_000 }, signal);
}

describe('waiting for a process to be ready', () => {
  test.each(['127.0.0.1', 'localhost', '0.0.0.0'])('looks at %s', async (host) => {
    const { port } = await service();
    expect(await look(host, port)).toBe('ready');
    expect(await look(host, port, '/healthz')).toBe('ready');
  });

  // The system would connect both to the loopback: that nothing is heard there is the guard's doing.
  test.each(['0', '::ffff:0.0.0.0'])(
    'connects nowhere for %s, as an address may be a publisher’s',
    async (host) => {
      const { port, asked } = await service();
      expect(await look(host, port)).toBe('timed_out');
      expect(await look(host, port, '/healthz')).toBe('timed_out');
      expect(asked()).toBe(0);
    },
  );
});
