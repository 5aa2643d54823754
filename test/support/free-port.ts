import { isFree } from '../../src/adapters/embedded-redis/free-port.js';

// Above the ports that the product picks for itself, below those of outgoing connections.
const FIRST = 16_000;
const EACH = 500;
const MOST_WORKERS = 32;

let next = Math.floor(Math.random() * EACH);

/**
 * A port free at this moment on 127.0.0.1. Every worker of the tests has a range
 * of its own: a target that is replaced leaves its port free for a moment, and
 * nobody else may take it then.
 */
export async function freePort(): Promise<number> {
  const first = FIRST + (Number(process.env['VITEST_POOL_ID'] ?? 0) % MOST_WORKERS) * EACH;
  for (let attempt = 0; attempt < EACH; attempt += 1) {
    const port = first + (next++ % EACH);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${first} to ${first + EACH - 1}`);
}
