import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RateLimit } from '../../contracts/config/server.schema.js';
import type { Identity } from '../../domain/security/roles.js';
import { sendProblem } from '../http/problem.js';
import { clientAddress } from './client-address.js';
import { RequestRate } from './request-rate.js';

/** Asked every few seconds by whatever keeps this process alive, and that must always hear. */
const NEVER_LIMITED: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz']);

/**
 * Counts a request for whoever sent it, and answers it itself where it is one too many.
 *
 * @param known who a credential says it is; `null` for an address
 * @returns whether it may go on
 */
export type Admit = (
  request: FastifyRequest,
  reply: FastifyReply,
  known: Identity | null,
) => boolean;

const EVERYBODY: Admit = () => true;

/** @param now milliseconds, for tests */
export function admitWithin(limit: RateLimit | undefined, now?: () => number): Admit {
  if (limit?.enabled !== true) return EVERYBODY;
  const rate = new RequestRate(limit, now);
  const open = new OpenRequests(limit.atOnce);
  return (request, reply, known) => {
    if (NEVER_LIMITED.has(request.routeOptions.url)) return true;
    const client = known === null ? clientAddress(request.ip) : `as ${known.name}`;
    const wait = rate.take(client);
    if (wait > 0) {
      refuse(reply, wait, `There were more than ${limit.requests} requests in ${limit.per} ms`);
      return false;
    }
    if (!open.enter(client)) {
      refuse(reply, 1, `There are ${limit.atOnce} requests already that are not answered yet`);
      return false;
    }
    // Whether it was answered, or given up by either side.
    reply.raw.once('close', () => open.leave(client));
    return true;
  };
}

const refuse = (reply: FastifyReply, wait: number, why: string): FastifyReply =>
  sendProblem(reply.header('retry-after', wait), 429, `${why}; try again in ${wait} s.`);

/** Requests of each client that are not answered yet. */
export class OpenRequests {
  readonly #most: number;
  readonly #byClient = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** `false`: there are too many already. What was let in must `leave` once. */
  enter(client: string): boolean {
    const open = this.#byClient.get(client) ?? 0;
    if (open >= this.#most) return false;
    this.#byClient.set(client, open + 1);
    return true;
  }

  leave(client: string): void {
    const open = (this.#byClient.get(client) ?? 1) - 1;
    if (open > 0) this.#byClient.set(client, open);
    else this.#byClient.delete(client);
  }
}
