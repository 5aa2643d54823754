import type { FastifyPluginCallback } from 'fastify';
import { within } from '../http/within.js';

const READY_MS = 2_000;

/** Alive: the process answers. Ready: Redis answers it as well. */
export function healthRoutes(ping: () => Promise<unknown>): FastifyPluginCallback {
  return (app, _, done) => {
    app.get('/healthz', (_request, reply) =>
      reply.header('cache-control', 'no-store').send({ status: 'ok' }),
    );
    app.get('/readyz', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      if (await answers(ping, READY_MS)) return reply.send({ status: 'ok' });
      return reply.code(503).send({ status: 'unavailable', reason: 'Redis does not answer' });
    });
    done();
  };
}

export async function answers(ping: () => Promise<unknown>, ms: number): Promise<boolean> {
  try {
    await within(ms, ping());
    return true;
  } catch {
    return false;
  }
}
