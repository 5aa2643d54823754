import type { FastifyRequest } from 'fastify';
import type { Identity } from '../../domain/security/roles.js';

const ASKING = new WeakMap<FastifyRequest, Identity>();

/** For those who answer a request that was let in. */
export const rememberWhoAsks = (request: FastifyRequest, identity: Identity): void =>
  void ASKING.set(request, identity);

/** `null` where nobody was asked who they are: what is told to everybody. */
export const whoAsks = (request: FastifyRequest): Identity | null => ASKING.get(request) ?? null;
