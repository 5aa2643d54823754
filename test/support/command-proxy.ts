import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';

/** Where a command may be kept: it goes on once the promise resolves, and nowhere where that says so. */
type Pass = (command: string) => Promise<'pass' | 'drop'>;

const passing: Pass = async () => 'pass';

/**
 * Stands between workers and a balancer's stats socket, which sends one command a
 * connection: a test can keep a worker at one command, or have the balancer away.
 */
export async function startCommandProxy() {
  let upstream: string | null = null;
  let pass = passing;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
    socket.once('data', (chunk) => {
      const command = chunk.toString().trim();
      void pass(command).then((way) => {
        if (way === 'drop' || upstream === null || socket.destroyed) return socket.destroy();
        const [host = '', port = ''] = upstream.split(':');
        const there = connect(Number(port), host);
        there.on('error', () => socket.destroy());
        there.write(`${command}\n`);
        return there.pipe(socket);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const found = server.address();
  if (found === null || typeof found === 'string') throw new Error('no port');
  return {
    address: `127.0.0.1:${found.port}`,
    forwardTo(address: string | null): void {
      upstream = address;
    },
    /** Lets everything pass until the first such command, which is kept until the test lets it go. */
    holdAt(which: RegExp) {
      let arrived: (command: string) => void = () => {};
      let go: (way: 'pass' | 'drop') => void = () => {};
      const came = new Promise<string>((resolve) => (arrived = resolve));
      const gone = new Promise<'pass' | 'drop'>((resolve) => (go = resolve));
      let held = false;
      pass = async (command) => {
        if (held || !which.test(command)) return 'pass';
        held = true;
        arrived(command);
        return gone;
      };
      return { came, go };
    },
    async close(): Promise<void> {
      for (const socket of open) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
