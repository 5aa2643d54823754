import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * Reads an output to its end, and throws it away, in a process that outlives
 * this one and ends with the last writer. Whoever writes to a pipe that nobody
 * reads is ended by SIGPIPE, and into a file it could fill the disk.
 */
export function keepReading(stream: Readable): void {
  const keeper = spawn('cat', {
    stdio: [stream, 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    env: { PATH: process.env['PATH'] },
  });
  keeper.on('error', () => {});
  keeper.unref();
  // Without a keeper it is read here, for as long as this process lives.
  if (keeper.pid === undefined) stream.resume();
  // At once, and not when the keeper runs: both would read.
  else stream.destroy();
}
