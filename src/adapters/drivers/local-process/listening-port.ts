import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port that nothing uses now. Somebody may take it before it is used: whoever starts there must look. */
export async function sparePort(host: string): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether the port is free, or becomes so within the time: a process that was killed may hold it a moment longer. */
export async function becomesFree(host: string, port: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    if (await isFree(host, port)) return true;
    if (performance.now() > until) return false;
    await sleep(25);
  }
}

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    // Anything but "in use" is for the service itself to run into and to explain.
    server.once('error', (error) => resolve(!('code' in error && error.code === 'EADDRINUSE')));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
