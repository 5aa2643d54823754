import { describe, expect, test } from 'vitest';
import { appWithTokens, cookieOf, FORM, signIn, TOKENS, UNKNOWN } from './auth-world.js';

describe('signing in with a browser', () => {
  test('is where one is led who may not look yet, and leads back', async () => {
    const app = await appWithTokens();
    const url = '/deployments/dep_0000000000?a=1';
    const led = await app.inject({ url, headers: { accept: 'text/html' } });
    expect([led.statusCode, led.headers.location]).toEqual([
      302,
      `/login?next=${encodeURIComponent(url)}`,
    ]);
    const page = await app.inject(String(led.headers.location));
    expect(page.body).toContain(`name="next" value="${url}"`);

    const done = await signIn(app, { token: ` ${TOKENS.viewer}\n`, next: url });
    expect([done.statusCode, done.headers.location]).toEqual([303, url]);
    expect(done.headers['cache-control']).toBe('no-store');
  });

  test('gives a cookie that scripts and other sites can not use, and that ends', async () => {
    const app = await appWithTokens();
    const plain = await signIn(app, { token: TOKENS.viewer });
    expect(plain.headers['set-cookie']).toMatch(
      /^signalbox_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=28(?:800|79\d)$/,
    );
    const headers = { origin: 'https://signalbox.localhost', host: 'localhost' };
    expect((await signIn(app, { token: TOKENS.viewer }, headers)).statusCode).toBe(403);
    const https = { origin: 'https://localhost', host: 'localhost' };
    expect((await signIn(app, { token: TOKENS.viewer }, https)).headers['set-cookie']).toMatch(
      /; Secure$/,
    );
    expect(String(plain.headers['set-cookie'])).not.toContain(TOKENS.viewer);
  });

  test('lets one look with the cookie, and change what the role may, from a page of ours', async () => {
    const app = await appWithTokens();
    const viewer = { cookie: `a=b; ${await cookieOf(app, TOKENS.viewer)}; c=d` };
    const admin = { cookie: await cookieOf(app, TOKENS.admin) };
    const ours = { host: 'localhost', origin: 'http://localhost' };
    const put = (headers: Record<string, string>) =>
      app.inject({ method: 'PUT', url: '/queues/api/queues/plan/pause', headers });

    expect((await app.inject({ url: '/queues', headers: viewer })).statusCode).toBe(200);
    expect((await put({ ...viewer, ...ours })).statusCode).toBe(403);
    expect((await put({ ...admin, ...ours })).statusCode).toBe(404);
    expect((await put(admin)).statusCode).toBe(403);
    expect((await put({ ...admin, ...ours, origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await put({ ...admin, 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await put({ ...admin, 'x-signalbox-request': '1' })).statusCode).toBe(404);
  });

  test('tells who one is, and signing out takes the cookie back', async () => {
    const app = await appWithTokens();
    const cookie = await cookieOf(app, TOKENS.approver);
    const page = await app.inject({ url: '/login', headers: { cookie } });
    expect(page.body).toContain('Signed in as <b>the approver</b> (approver)');
    const origin = { host: 'localhost', origin: 'http://localhost' };
    const out = await app.inject({
      method: 'POST',
      url: '/logout',
      headers: { cookie, ...origin },
    });
    expect([out.statusCode, out.headers['set-cookie']]).toEqual([
      303,
      'signalbox_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
    ]);
  });

  test('with a session that has ended one is nobody, though anybody may look, until one says so', async () => {
    const anonymous = { name: 'anonymous', roles: ['viewer' as const] };
    let now = 1_000;
    const app = await appWithTokens({ anonymous, now: () => now });
    const headers = { cookie: await cookieOf(app, TOKENS.admin) };
    expect((await app.inject({ url: '/queues', headers })).statusCode).toBe(200);
    now += 9 * 3_600_000;
    expect((await app.inject({ url: '/queues', headers })).statusCode).toBe(401);
    const led = await app.inject({ url: '/queues', headers: { ...headers, accept: 'text/html' } });
    const page = await app.inject({ url: String(led.headers.location), headers });
    expect(page.body).toContain('Your session has ended. Sign in again, or go on without.');

    const without = await app.inject({
      method: 'POST',
      url: '/logout',
      headers: { ...headers, 'content-type': FORM, host: 'localhost', origin: 'http://localhost' },
      payload: 'next=%2Fqueues',
    });
    expect([without.statusCode, without.headers.location]).toEqual([303, '/queues']);
    expect(without.headers['set-cookie']).toContain('Max-Age=0');
    expect((await app.inject({ url: '/queues' })).statusCode).toBe(200);
  });

  test('with a session that has ended says so where nobody may look', async () => {
    const app = await appWithTokens();
    const page = await app.inject({ url: '/login', headers: { cookie: 'signalbox_session=x.y' } });
    expect(page.body).toContain('Your session has ended. Sign in again.');
    expect(page.body).not.toContain('without signing in');
  });

  test.each(['', 'hunter2', UNKNOWN, '<script>alert(1)</script>'])(
    'with %j shows the page again, without what was typed',
    async (token) => {
      const app = await appWithTokens();
      const answer = await signIn(app, { token, next: '"><script>' });
      expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([401, undefined]);
      expect(answer.body).toContain('This credential is not valid here.');
      if (token !== '') expect(answer.body).not.toContain(token);
      expect(answer.body).not.toContain('<script>');
    },
  );

  test('is slowed down after many wrong ones', async () => {
    const app = await appWithTokens();
    for (let n = 0; n < 20; n++) await signIn(app, { token: UNKNOWN });
    const answer = await signIn(app, { token: TOKENS.admin });
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  test.each([
    'https://evil.example/',
    '//evil.example',
    String.raw`/\evil.example`,
    '/\t/evil.example',
    'javascript:alert(1)',
    '/%2F/..//evil.example',
    'queues',
  ])('leads nobody elsewhere: %j', async (next) => {
    const app = await appWithTokens();
    const { location } = (await signIn(app, { token: TOKENS.viewer, next })).headers;
    const led = new URL(String(location), 'http://here.example');
    expect(led.origin).toBe('http://here.example');
    expect(led.pathname).not.toMatch(/^\/\//);
  });

  test('is not offered where there is nothing to sign in with, nor taken as JSON', async () => {
    const app = await appWithTokens();
    const json = await app.inject({
      method: 'POST',
      url: '/login',
      payload: { token: TOKENS.viewer },
    });
    expect(json.statusCode).toBe(401);
    const large = await signIn(app, { token: 'x'.repeat(40_000) });
    expect(large.statusCode).toBe(413);
  });
});
