import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials } from '../../domain/security/credentials.js';
import { clientAddress } from '../limits/client-address.js';
import { TOO_MANY, type AuthOptions } from './auth-hook.js';
import { LOGIN_PATH, loginPage, LOGOUT_PATH } from './login-page.js';
import { NO_SESSION_COOKIE, sessionCookie, sessionIn } from './session-cookie.js';

const MOST_FORM_BYTES = 32 * 1024;
/** A name to try it against; nothing is ever sent there. */
const OURS = 'http://signalbox.invalid';

/** Signing in and out with a browser; there is no such page where there is nothing to sign in with. */
export function loginRoutes(app: FastifyInstance, options: AuthOptions): void {
  const { credentials } = options.access;
  if (credentials === null) return;
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MOST_FORM_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    scope.get<{ Querystring: { next?: unknown } }>(LOGIN_PATH, (request, reply) => {
      const session = sessionIn(request.headers.cookie);
      const identity = session === null ? null : credentials.resume(session);
      const next = pathWithin(request.query.next);
      const ended = session !== null && identity === null;
      const open = options.access.anonymous !== null;
      return sendPage(reply, loginPage({ next, identity, refusal: null, ended, open }).text);
    });
    scope.post(LOGIN_PATH, (request, reply) => signIn(request, reply, credentials, options));
    scope.post(LOGOUT_PATH, (request, reply) => {
      const next = formOf(request).get('next');
      return reply
        .headers({ 'set-cookie': NO_SESSION_COOKIE, 'cache-control': 'no-store' })
        .redirect(next === null ? LOGIN_PATH : pathWithin(next), 303);
    });
  });
}

async function signIn(
  request: FastifyRequest,
  reply: FastifyReply,
  credentials: Credentials,
  { attempts, log }: AuthOptions,
): Promise<FastifyReply> {
  const form = formOf(request);
  const next = pathWithin(form.get('next'));
  const again = (status: number, refusal: string): FastifyReply =>
    sendPage(reply.code(status), loginPage({ next, identity: null, refusal }).text);
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
  log?.info({ name: answer.identity.name, address: request.ip }, 'signed in');
  // A browser says itself by which scheme it came; a proxy in front may hide that from us.
  const secure = request.headers.origin?.startsWith('https:') === true;
  const cookie = sessionCookie(credentials.openSession(answer), Date.now(), secure);
  return reply.headers({ 'set-cookie': cookie, 'cache-control': 'no-store' }).redirect(next, 303);
}

const formOf = ({ body }: FastifyRequest): URLSearchParams =>
  body instanceof URLSearchParams ? body : new URLSearchParams();

const sendPage = (reply: FastifyReply, text: string): FastifyReply =>
  reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(text);

/** Nobody is led elsewhere by a link to our login. */
function pathWithin(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || !URL.canParse(next, OURS)) return '/';
  const { origin, pathname, search } = new URL(next, OURS);
  return origin === OURS && !pathname.startsWith('//') ? pathname + search : '/';
}
