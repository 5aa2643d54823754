import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { MemorySessions } from '../support/memory-sessions.js';
import { appWithTokens, cookieOf, signIn, TOKENS } from './auth-world.js';

describe('signing out', () => {
  const OURS = { host: 'localhost', origin: 'http://localhost' };
  const out = (app: FastifyInstance, cookie: string) =>
    app.inject({ method: 'POST', url: '/logout', headers: { cookie, ...OURS } });
  const look = async (app: FastifyInstance, cookie: string) =>
    (await app.inject({ url: '/queues', headers: { cookie } })).statusCode;
  const pause = async (app: FastifyInstance, cookie: string) => {
    const headers = { cookie, ...OURS };
    const url = '/queues/api/queues/plan/pause';
    return (await app.inject({ method: 'PUT', url, headers })).statusCode;
  };

  test('makes the cookie worth nothing at once, whoever still has it, at every server', async () => {
    const sessions = new MemorySessions();
    const [one, other] = [await appWithTokens({ sessions }), await appWithTokens({ sessions })];
    const cookie = await cookieOf(one, TOKENS.admin);
    const laptop = await cookieOf(one, TOKENS.admin);
    expect([await look(other, cookie), await pause(other, cookie)]).toEqual([200, 404]);

    await out(one, cookie);
    for (const app of [one, other]) {
      expect([await look(app, cookie), await pause(app, cookie)]).toEqual([401, 401]);
    }
    expect(await look(other, laptop)).toBe(200);
    const restarted = await appWithTokens({ sessions });
    expect([await look(restarted, cookie), await look(restarted, laptop)]).toEqual([401, 200]);
  });

  test('is done with what others ended for somebody', async () => {
    const sessions = new MemorySessions();
    const app = await appWithTokens({ sessions });
    const cookie = await cookieOf(app, TOKENS.viewer);
    await sessions.end((await sessions.list(0)).map(({ id }) => id));
    expect(await look(app, cookie)).toBe(401);
    expect((await out(app, cookie)).statusCode).toBe(303);
  });

  test('ends the session before where somebody signs in anew', async () => {
    const app = await appWithTokens();
    const before = await cookieOf(app, TOKENS.admin);
    await signIn(app, { token: TOKENS.viewer }, { cookie: before, ...OURS });
    expect(await look(app, before)).toBe(401);
  });

  test('says so where it could not be done, and leaves the cookie for another try', async () => {
    const sessions = new MemorySessions();
    const app = await appWithTokens({ sessions });
    const cookie = await cookieOf(app, TOKENS.admin);
    sessions.end = () => Promise.reject(new Error('Redis is away'));
    const answer = await out(app, cookie);
    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([503, undefined]);
    expect(answer.body).toContain('You are still signed in: Redis does not answer.');
  });
});

describe('while Redis does not say which sessions there are', () => {
  test('a cookie is refused, a token is not, and nobody signs in', async () => {
    const sessions = new MemorySessions();
    const anonymous = { name: 'anonymous', roles: ['viewer' as const] };
    const app = await appWithTokens({ sessions, anonymous });
    const cookie = await cookieOf(app, TOKENS.admin);
    const never = new Promise<never>(() => {});
    sessions.find = () => never;
    sessions.open = () => never;

    const [looks, page, token, login] = await Promise.all([
      app.inject({ url: '/queues', headers: { cookie } }),
      app.inject({ url: '/login', headers: { cookie } }),
      app.inject({ url: '/queues', headers: { authorization: `Bearer ${TOKENS.viewer}` } }),
      signIn(app, { token: TOKENS.admin }),
    ]);
    expect([looks.statusCode, page.statusCode, token.statusCode]).toEqual([503, 503, 200]);
    expect([login.statusCode, login.headers['set-cookie']]).toEqual([503, undefined]);
    expect(login.body).toContain('Redis does not answer: nobody can sign in.');
  });
});
