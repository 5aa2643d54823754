import { connect, type ConnectionOptions } from 'node:tls';
import { systemClock } from '../../system/system-clock.js';
import type { StrictRedis } from './strict-redis.js';

/** So long a server has to say what it thinks of a client that says nothing. */
const QUIET_MS = 1_000;

/**
 * The alert that a TLS server ends a connection with, heard by a client that sends
 * nothing. Where we have written before it comes, the server resets the connection
 * and its alert is lost. `null` where it has none, or is found by sentinels.
 */
export async function tlsAlert({ options }: StrictRedis): Promise<Error | null> {
  const { tls, host = 'localhost', port = 6_379, path, family, sentinels } = options;
  if (tls === undefined || sentinels) return null;
  const server: ConnectionOptions = path ? { path } : { host, port, ...(family && { family }) };
  const socket = connect({ ...server, ...tls });
  const over = new AbortController();
  const heard = new Promise<Error>((resolve) => {
    socket.on('error', resolve);
  });
  const late = systemClock.sleep(QUIET_MS, over.signal).then(() => null);
  const alert = await Promise.race([heard, late]);
  over.abort();
  socket.destroy();
  return alert;
}
