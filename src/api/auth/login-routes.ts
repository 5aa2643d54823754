import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials, Known, Session } from '../../domain/security/credentials.js';
import { messagePage } from '../pages/message-page.js';
import type { Site } from '../http/site.js';
import { clientAddress } from '../limits/client-address.js';
import { TOO_MANY, type AuthOptions } from './auth-hook.js';
import { LOGIN_PATH, loginPage, LOGOUT_PATH } from './login-page.js';
import { kept, resumed } from './sessions.js';
import { noSessionCookie, sessionCookie, sessionIn } from './session-cookie.js';

const MOST_FORM_BYTES = 32 * 1024;
/** A name to try it against; nothing is ever sent there. */
const OURS = 'http://signalbox.invalid';

/** Signing in and out with a browser; there is no such page where there is nothing to sign in with. */
export function loginRoutes(app: FastifyInstance, options: AuthOptions): void {
  const { credentials, anonymous } = options.access;
  const { base } = options.site;
  if (credentials === null) return;
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MOST_FORM_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    scope.get<{ Querystring: { next?: unknown } }>(LOGIN_PATH, async (request, reply) => {
      const session = sessionIn(request.headers.cookie);
      const identity = session === null ? null : await resumed(credentials, session);
      const next = pathWithin(request.query.next, base);
      const over = session !== null && identity === null;
      const open = anonymous !== null;
      return sendPage(
        reply,
        loginPage({ base, next, identity, refusal: null, ended: over, open }).text,
      );
    });
    scope.post(LOGIN_PATH, (request, reply) => signIn(request, reply, credentials, options));
    scope.post(LOGOUT_PATH, (request, reply) => signOut(request, reply, credentials, options));
  });
}

/** The session first, then the cookie: where it can't be ended, one can try again. */
async function signOut(
  request: FastifyRequest,
  reply: FastifyReply,
  credentials: Credentials,
  { log, site: { base } }: AuthOptions,
): Promise<FastifyReply> {
  const session = sessionIn(request.headers.cookie);
  const next = formOf(request).get('next');
  if (session !== null && !(await ended(credentials, session, log))) {
    const page = messagePage(
      base,
      503,
      'You are still signed in: Redis does not answer. Try again.',
    );
    return sendPage(reply.code(503), page.text);
  }
  return reply
    .headers({ 'set-cookie': noSessionCookie(base), 'cache-control': 'no-store' })
    .redirect(next === null ? base + LOGIN_PATH : pathWithin(next, base), 303);
}

/** Whether it is worth nothing from now on. */
async function ended(
  credentials: Credentials,
  session: string,
  log: AuthOptions['log'],
): Promise<boolean> {
  try {
    await kept(credentials.endSession(session));
    return true;
  } catch (error) {
    log?.warn({ err: error }, 'a session could not be ended');
    return false;
  }
}

async function signIn(
  request: FastifyRequest,
  reply: FastifyReply,
  credentials: Credentials,
  { attempts, log, site }: AuthOptions,
): Promise<FastifyReply> {
  const { base } = site;
  const form = formOf(request);
  const next = pathWithin(form.get('next'), base);
  const again = (status: number, refusal: string): FastifyReply =>
    sendPage(reply.code(status), loginPage({ base, next, identity: null, refusal }).text);
  const address = clientAddress(request.ip);
  const wait = attempts.waitOf(address);
  if (wait > 0) {
    reply.header('retry-after', wait);
    return again(429, TOO_MANY);
  }
  const answer = await credentials.check(form.get('token')?.trim() ?? '');
  if (answer.kind !== 'known') {
    log?.warn({ address: request.ip, reason: answer.reason }, 'a credential was not accepted');
    if (answer.kind === 'unavailable')
      return again(503, 'Credentials can not be checked just now.');
    attempts.add(address);
    return again(401, 'This credential is not valid here.');
  }
  const before = sessionIn(request.headers.cookie);
  const session = await opened(credentials, answer, address, log);
  if (session === null) return again(503, 'Redis does not answer: nobody can sign in. Try again.');
  // The browser forgets it, and so must we; where that fails it ends at its time.
  if (before !== null) await ended(credentials, before, log);
  log?.info({ name: answer.identity.name, address: request.ip }, 'signed in');
  const cookie = sessionCookie(session, Date.now(), { base, secure: isSecure(request, site) });
  return reply.headers({ 'set-cookie': cookie, 'cache-control': 'no-store' }).redirect(next, 303);
}

async function opened(
  credentials: Credentials,
  known: Known,
  address: string,
  log: AuthOptions['log'],
): Promise<Session | null> {
  try {
    return await kept(credentials.openSession(known, address));
  } catch (error) {
    log?.warn({ err: error }, 'a session could not be opened');
    return null;
  }
}

const formOf = ({ body }: FastifyRequest): URLSearchParams =>
  body instanceof URLSearchParams ? body : new URLSearchParams();

const sendPage = (reply: FastifyReply, text: string): FastifyReply =>
  reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(text);

/**
 * Whether the browser came by https, to whatever proxy is before us: it says so itself
 * in its Origin; a program that has none is believed to come by the configured address.
 */
const isSecure = ({ headers: { origin } }: FastifyRequest, site: Site): boolean =>
  origin === undefined ? site.public?.secure === true : origin.startsWith('https:');

/** Nobody is led elsewhere by a link to our login. */
function pathWithin(next: unknown, base: string): string {
  const home = `${base}/`;
  if (typeof next !== 'string' || !next.startsWith('/') || !URL.canParse(next, OURS)) return home;
  const { origin, pathname, search } = new URL(next, OURS);
  const within = pathname === base || pathname.startsWith(home);
  return origin === OURS && within && !pathname.startsWith('//') ? pathname + search : home;
}
