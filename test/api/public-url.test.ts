import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { ServerSchema } from '../../src/contracts/config/server.schema.js';
import { appWithTokens, FORM, signIn, TOKENS } from './auth-world.js';
import { aDraft } from '../support/fixtures.js';

const THERE = { host: 'ops.example', origin: 'https://ops.example' };
const server = ServerSchema.parse({ publicUrl: 'https://ops.example/signalbox/' });

const cookieIn = (answer: { readonly headers: Readonly<Record<string, unknown>> }): string =>
  String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';

async function signedIn(app: FastifyInstance): Promise<string> {
  return cookieIn(await signIn(app, { token: TOKENS.admin }, THERE));
}

describe('under the address that people use', () => {
  test('one is led to the login and back within its path', async () => {
    const app = await appWithTokens({ server });
    const led = await app.inject({
      url: '/signalbox/deployments/dep_0000000000?a=1',
      headers: { host: 'ops.example', accept: 'text/html' },
    });
    const next = '/signalbox/deployments/dep_0000000000?a=1';
    expect(led.headers.location).toBe(`/signalbox/login?next=${encodeURIComponent(next)}`);
    const page = await app.inject({ url: String(led.headers.location), headers: THERE });
    expect(page.body).toContain(`name="next" value="${next}"`);
    expect(page.body).toContain('action="/signalbox/login"');
    expect(page.body).toContain('href="/signalbox/queues"');
    const done = await signIn(app, { token: TOKENS.viewer, next }, THERE);
    expect([done.statusCode, done.headers.location]).toEqual([303, next]);
  });

  test.each(['/queues', '/', 'https://evil.example/signalbox/', '/signalbox/../x', '//signalbox/'])(
    'nobody is led out of it by %s',
    async (next) => {
      const app = await appWithTokens({ server });
      const done = await signIn(app, { token: TOKENS.viewer, next }, THERE);
      expect(done.headers.location).toBe('/signalbox/');
    },
  );

  test('the cookie goes there alone, and by https', async () => {
    const app = await appWithTokens({ server });
    const browser = await signIn(app, { token: TOKENS.viewer }, THERE);
    const attributes = /; Path=\/signalbox\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/;
    expect(browser.headers['set-cookie']).toMatch(attributes);
    const program = await signIn(app, { token: TOKENS.viewer }, { host: 'ops.example' });
    expect(program.headers['set-cookie']).toMatch(attributes);
    const local = { host: '127.0.0.1:7300', origin: 'http://127.0.0.1:7300' };
    const direct = await signIn(app, { token: TOKENS.viewer }, local);
    expect(direct.headers['set-cookie']).not.toContain('Secure');
    const out = await app.inject({
      method: 'POST',
      url: '/signalbox/logout',
      headers: { ...THERE, cookie: await signedIn(app), 'content-type': FORM },
    });
    expect([out.statusCode, out.headers.location]).toEqual([303, '/signalbox/login']);
    expect(out.headers['set-cookie']).toContain('Path=/signalbox/;');
  });

  test.each([['/signalbox'], ['']])(
    'pages, board, links and changes work where the proxy passes on %j of the path',
    async (passed) => {
      const stored = [aDraft()];
      const app = await appWithTokens({ server, stored });
      const headers = { ...THERE, cookie: await signedIn(app) };
      const get = (path: string) => app.inject({ url: passed + path, headers });
      expect((await get('/')).headers.location).toBe('/signalbox/queues');
      const board = await get('/queues');
      expect(board.body).toContain('<base href="/signalbox/queues/" />');
      expect(board.body).toContain('"url":"/signalbox/login"');
      expect((await get('/queues/api/queues')).statusCode).toBe(200);
      const script = /src="(static\/[^"]+)"/.exec(board.body)?.[1] ?? '';
      expect((await get(`/queues/${script}`)).statusCode).toBe(200);
      const pause = `${passed}/queues/api/queues/plan/pause`;
      const put = await app.inject({ method: 'PUT', url: pause, headers });
      expect(put.statusCode).toBe(404);
      const evil = { ...headers, origin: 'https://evil.example' };
      expect((await app.inject({ method: 'PUT', url: pause, headers: evil })).statusCode).toBe(403);
      const id = stored[0]?.deployment.id ?? '';
      const page = await get(`/deployments/${id}`);
      expect(page.statusCode).toBe(200);
      const links = [...page.body.matchAll(/(?:href|action)="(\/[^"]*)"/g)].map(([, link]) => link);
      expect(links.length).toBeGreaterThan(1);
      for (const link of links) expect(link).toMatch(/^\/signalbox\//);
    },
  );

  test('a program is told where to sign in', async () => {
    const app = await appWithTokens({ server });
    const answer = await app.inject({ url: '/signalbox/queues', headers: { host: 'ops.example' } });
    expect(answer.json()).toMatchObject({
      status: 401,
      detail: 'This needs a token, or signing in at /signalbox/login.',
    });
  });

  test.each(['127.0.0.1', '0.0.0.0'])(
    'a proxy hears whether the process on %s lives, by whatever name it asks, and nothing else',
    async (host) => {
      const app = await appWithTokens({ server, host });
      for (const name of ['evil.example', '127.0.0.1.nip.io']) {
        const ask = async (url: string) =>
          (await app.inject({ url, headers: { host: name } })).statusCode;
        expect([await ask('/healthz'), await ask('/signalbox/readyz')]).toEqual([200, 200]);
        expect([await ask('/'), await ask('/login'), await ask('/healthz/')]).toEqual([
          403, 403, 403,
        ]);
      }
    },
  );
});
