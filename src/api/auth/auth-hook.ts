import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials } from '../../domain/security/credentials.js';
import type { Log } from '../../domain/ports/log.js';
import { type Identity, may, type Right } from '../../domain/security/roles.js';
import type { Admit } from '../limits/limit-requests.js';
import { clientAddress } from '../limits/client-address.js';
import { sendProblem } from '../http/problem.js';
import type { Site } from '../http/site.js';
import type { Access } from './access.js';
import { crossSiteRefusal } from './cross-site.js';
import type { FailedAttempts } from './failed-attempts.js';
import { LOGIN_PATH } from './login-page.js';
import { sessionIn } from './session-cookie.js';
import { rightFor } from './route-rights.js';
import { resumed } from './sessions.js';
import { rememberWhoAsks } from './who-asks.js';

export interface AuthOptions {
  readonly access: Access;
  readonly attempts: FailedAttempts;
  readonly admit: Admit;
  readonly site: Site;
  readonly log?: Log | undefined;
}

/** Asks of every request, before anything of it is read, who sends it and whether they may. */
export function requireRights(app: FastifyInstance, options: AuthOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    const { method, routeOptions, headers } = request;
    const session = sessionIn(headers.cookie);
    const right = rightFor(method, routeOptions.url);
    const crossed = crossSiteRefusal(
      {
        method,
        origin: headers.origin,
        site: textOf(headers['sec-fetch-site']),
        contentType: headers['content-type'],
        marker: textOf(headers['x-signalbox-request']),
        cookie: session !== null && headers.authorization === undefined,
      },
      right === null,
    );
    if ((crossed || right === null) && !options.admit(request, reply, null)) return reply;
    if (crossed) return sendProblem(reply, crossed.status, crossed.detail);
    if (right === null) return;
    const identity = await identityOf(request, reply, session, options);
    if (reply.sent) return reply;
    // Whoever brings nothing is told apart by address: they all have the same name.
    const known = identity === options.access.anonymous ? null : identity;
    if (!options.admit(request, reply, known)) return reply;
    return allow(request, reply, identity, right, options);
  });
}

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0];

/** Answers itself where a credential was brought that is not valid: that is nobody, not even anonymous. */
async function identityOf(
  request: FastifyRequest,
  reply: FastifyReply,
  session: string | null,
  { access, attempts, admit, log }: AuthOptions,
): Promise<Identity | null> {
  const { credentials, anonymous } = access;
  const { authorization } = request.headers;
  if (authorization !== undefined && credentials !== null) {
    const [, credential = ''] = /^Bearer +([^\s]+)$/i.exec(authorization) ?? [];
    return checked(request, reply, credential, { credentials, attempts, admit, log });
  }
  if (session === null || credentials === null) return anonymous;
  // One that has ended is nobody, too: who was signed in must not go on as somebody else unasked.
  try {
    return await resumed(credentials, session);
  } catch (error) {
    // Not left to the error handler: Bull Board has one of its own.
    log?.warn({ err: error }, 'a session could not be checked');
    await sendProblem(reply, 503, 'Redis does not answer: sessions can not be checked just now.');
    return null;
  }
}

interface Checking {
  readonly credentials: Credentials;
  readonly attempts: FailedAttempts;
  readonly admit: Admit;
  readonly log: Log | undefined;
}

async function checked(
  request: FastifyRequest,
  reply: FastifyReply,
  credential: string,
  { credentials, attempts, admit, log }: Checking,
): Promise<Identity | null> {
  const address = clientAddress(request.ip);
  const wait = attempts.waitOf(address);
  if (wait > 0) {
    await sendProblem(reply.header('retry-after', wait), 429, TOO_MANY);
    return null;
  }
  const answer = await credentials.check(credential);
  if (answer.kind === 'known') return answer.identity;
  // Nobody knows who that was, so that it is the address that asked.
  if (!admit(request, reply, null)) return null;
  log?.warn({ address: request.ip, reason: answer.reason }, 'a credential was not accepted');
  if (answer.kind === 'unavailable') {
    await sendProblem(reply, 503, 'Credentials can not be checked just now.');
    return null;
  }
  attempts.add(address);
  await sendProblem(challenge(reply, true), 401, 'This credential is not valid here.');
  return null;
}

export const TOO_MANY = 'Too many credentials were refused from this address; wait a minute.';

function allow(
  request: FastifyRequest,
  reply: FastifyReply,
  identity: Identity | null,
  right: Right,
  { access: { credentials }, site: { base }, log }: AuthOptions,
): FastifyReply | undefined {
  if (identity !== null && may(identity, right)) {
    rememberWhoAsks(request, identity);
    const { method, url } = request;
    // Bull Board changes queues and jobs, which leave no event of a deployment.
    if (right === 'write_board') log?.info({ by: identity.name, method, url }, 'board changed');
    return undefined;
  }
  const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
  if (identity === null && isPage && credentials !== null) {
    const next = encodeURIComponent(base + request.url);
    const login = `${base}${LOGIN_PATH}?next=${next}`;
    return reply.header('cache-control', 'no-store').redirect(login, 302);
  }
  if (identity === null) {
    return sendProblem(
      challenge(reply, false),
      401,
      `This needs a token, or signing in at ${base}${LOGIN_PATH}.`,
    );
  }
  return sendProblem(reply, 403, `${identity.name} may not ${WORDS[right]} here.`);
}

const challenge = (reply: FastifyReply, invalid: boolean): FastifyReply =>
  reply.header(
    'www-authenticate',
    `Bearer realm="signalbox"${invalid ? ', error="invalid_token"' : ''}`,
  );

const WORDS: Readonly<Record<Right, string>> = {
  see: 'look',
  deploy: 'deploy',
  roll_back: 'roll back',
  stop: 'stop deployments',
  approve: 'approve',
  promote: 'promote',
  override: 'pass windows and freezes',
  freeze: 'freeze',
  release_automation: 'release automation',
  write_board: 'change queues and jobs',
};
