import { connect, type ConnectionOptions } from 'node:tls';
import type { RedisOptions } from 'ioredis';
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
  if (options.tls === undefined || options.sentinels) return null;
  const heard = await handshake({ ...serverOf(options), ...options.tls }, 'error');
  return heard === 'done' ? null : heard;
}

/** Whether a server that a client without TLS gets no word from would have one for a client with it. */
export async function speaksTls({ options }: StrictRedis): Promise<boolean> {
  if (options.sentinels) return false;
  const heard = await handshake({ ...serverOf(options), rejectUnauthorized: false }, 'secure');
  if (heard === null || heard === 'done') return heard === 'done';
  return 'code' in heard && String(heard.code).startsWith('ERR_SSL');
}

const serverOf = ({ host = 'localhost', port = 6_379, path, family }: RedisOptions) =>
  path ? { path } : { host, port, ...(family && { family }) };

/**
 * What comes of it within the time: an error, `done` where the handshake is what is waited
 * for and was successful, or `null` for nothing.
 */
async function handshake(
  server: ConnectionOptions,
  until: 'error' | 'secure',
): Promise<Error | 'done' | null> {
  const socket = connect(server);
  const over = new AbortController();
  const heard = new Promise<Error | 'done' | null>((resolve) => {
    socket.on('error', resolve);
    if (until === 'secure') socket.on('secureConnect', () => resolve('done'));
    if (until === 'secure') socket.on('close', () => resolve(null));
  });
  const late = systemClock.sleep(QUIET_MS, over.signal).then(() => null);
  const came = await Promise.race([heard, late]);
  over.abort();
  socket.destroy();
  return came;
}
