import { describe, expect, test, vi } from 'vitest';
import { buildApp } from '../../src/api/app.js';
import { crossSiteRefusal } from '../../src/api/auth/cross-site.js';
import { FailedAttempts } from '../../src/api/auth/failed-attempts.js';
import { type Log, SILENT } from '../../src/domain/ports/log.js';
import { appWithTokens, TOKENS, UNKNOWN } from './auth-world.js';
import { fakePorts } from './fake-ports.js';

const VIEWER = { name: 'anonymous', roles: ['viewer' as const] };
const as = (token: string) => ({ authorization: `Bearer ${token}` });

/** Requests beside what those get who may make them; the rest is told apart below. */
const ROUTES: readonly ['GET' | 'PUT' | 'POST' | 'DELETE', string, number][] = [
  ['GET', '/', 302],
  ['GET', '/deployments/dep_0000000000', 404],
  ['GET', '/schemas/plan.json', 200],
  ['GET', '/queues', 200],
  ['GET', '/queues/api/queues', 200],
  ['GET', '/nowhere', 404],
  ['PUT', '/queues/api/queues/plan/1/retry', 404],
  ['PUT', '/queues/api/queues/plan/pause', 404],
  ['POST', '/queues/api/queues/plan/add', 404],
  ['PUT', '/%71ueues/api/queues/plan/pause', 404],
  ['DELETE', '/nowhere', 404],
];
const READS = new Set<unknown>(['GET']);

describe('every role on every route', () => {
  test.each(ROUTES)('%s %s', async (method, url, allowed) => {
    const app = await appWithTokens();
    for (const [role, token] of Object.entries(TOKENS)) {
      const { statusCode } = await app.inject({ method, url, headers: as(token) });
      const expected = READS.has(method) || role === 'admin' ? allowed : 403;
      expect([role, statusCode]).toEqual([role, expected]);
    }
    const nobody = await app.inject({ method, url });
    expect(nobody.statusCode).toBe(401);
    expect(nobody.headers['www-authenticate']).toBe('Bearer realm="signalbox"');
    const anonymous = await appWithTokens({ anonymous: VIEWER });
    expect((await anonymous.inject({ method, url })).statusCode).toBe(
      READS.has(method) ? allowed : 403,
    );
  });

  test('health is told to everybody', async () => {
    const app = await appWithTokens();
    for (const url of ['/healthz', '/readyz', '/login']) {
      expect((await app.inject(url)).statusCode).toBe(200);
    }
    for (const url of ['/HEALTHZ', '//healthz', '/healthz/..', '/healthz/../queues']) {
      expect([url, (await app.inject(url)).statusCode]).toEqual([url, 401]);
    }
  });

  test('who may not is told so by name', async () => {
    const app = await appWithTokens();
    const answer = await app.inject({
      method: 'PUT',
      url: '/queues/x',
      headers: as(TOKENS.viewer),
    });
    expect(answer.json()).toMatchObject({
      status: 403,
      detail: 'the viewer may not change queues and jobs here.',
    });
  });

  test('a board that is not writable is not written by an admin either', async () => {
    const app = await appWithTokens({ writableBoard: false });
    const url = '/queues/api/queues/plan/pause';
    const answer = await app.inject({ method: 'PUT', url, headers: as(TOKENS.admin) });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  });
});

describe('a credential that is brought', () => {
  test.each([
    `Bearer ${UNKNOWN}`,
    'Bearer ',
    'Bearer hunter2',
    `Bearer ${TOKENS.admin} x`,
    `Bearer ${TOKENS.admin.slice(0, -1)}`,
    `Basic ${Buffer.from(`admin:${TOKENS.admin}`).toString('base64')}`,
    TOKENS.admin,
    'Bearer a.b.c',
  ])('and is not valid is nobody, though anybody might look: %s', async (authorization) => {
    const app = await appWithTokens({ anonymous: VIEWER });
    const answer = await app.inject({ url: '/queues', headers: { authorization } });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('invalid_token');
    expect(answer.body).not.toContain('sbx_');
  });

  test('in an address or a cookie is none', async () => {
    const app = await appWithTokens();
    const url = `/queues?token=${TOKENS.admin}&access_token=${TOKENS.admin}`;
    const cookie = `signalbox_session=${TOKENS.admin}`;
    expect((await app.inject({ url, headers: { cookie } })).statusCode).toBe(401);
  });

  test('is not tried any more after many that were wrong, from that address', async () => {
    const app = await appWithTokens();
    const attempt = (token: string, remoteAddress: string) =>
      app.inject({ url: '/queues', headers: as(token), remoteAddress });
    for (let n = 0; n < 20; n++) expect((await attempt(UNKNOWN, '10.0.0.1')).statusCode).toBe(401);

    const blocked = await attempt(TOKENS.viewer, '10.0.0.1');
    expect(blocked.statusCode).toBe(429);
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0);
    expect((await attempt(TOKENS.viewer, '10.0.0.2')).statusCode).toBe(200);
    expect((await app.inject({ url: '/healthz', remoteAddress: '10.0.0.1' })).statusCode).toBe(200);
  });

  test('that can not be checked now is another thing than a wrong one', async () => {
    const app = buildApp(await fakePorts(), {
      host: '127.0.0.1',
      writableBoard: false,
      access: {
        anonymous: null,
        credentials: {
          check: async () => ({ kind: 'unavailable', reason: 'the issuer is away' }),
          openSession: async () => ({ text: '', until: 0 }),
          resume: async () => null,
          endSession: async () => {},
        },
      },
    });
    const answer = await app.inject({ url: '/queues', headers: as('a.b.c') });
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([503, undefined]);
    await app.close();
  });
});

describe('failed attempts', () => {
  test('are forgotten after a minute, and never remembered without bound', () => {
    let now = 0;
    const attempts = new FailedAttempts(() => now);
    for (let n = 0; n < 20; n++) attempts.add('a');
    expect(attempts.waitOf('a')).toBe(60);
    now = 59_001;
    expect(attempts.waitOf('a')).toBe(1);
    now = 60_000;
    expect(attempts.waitOf('a')).toBe(0);

    for (let n = 0; n < 20; n++) attempts.add('b');
    for (let n = 0; n < 10_000; n++) attempts.add(`c${n}`);
    expect(attempts.waitOf('b')).toBe(0);
  });
});

describe('a request that a page of somebody else makes a browser send', () => {
  const sent = {
    method: 'POST',
    origin: undefined,
    site: undefined,
    contentType: 'application/json',
    marker: undefined,
    cookie: true,
  };
  test.each<[string, Partial<Parameters<typeof crossSiteRefusal>[0]>, number | null]>([
    ['with our Origin', { origin: 'http://127.0.0.1' }, null],
    ['with our header', { marker: '1' }, null],
    ['from a page of ours, as the browser says', { site: 'same-origin' }, null],
    ['that reads', { method: 'GET', site: 'cross-site', contentType: 'text/plain' }, null],
    ['by a program with a token', { cookie: false }, null],
    ['with a cookie and nothing else', {}, 403],
    ['from another site', { site: 'cross-site', marker: '1' }, 403],
    ['from another host of the site', { site: 'same-site', origin: 'http://127.0.0.1' }, 403],
    ['as text', { contentType: 'text/plain', origin: 'http://127.0.0.1' }, 415],
    ['as text in disguise', { contentType: 'Text/Plain ; x=application/json', cookie: false }, 415],
    ['as a form', { contentType: 'application/x-www-form-urlencoded', cookie: false }, 415],
    ['as a form with files', { contentType: 'multipart/form-data; boundary=x', marker: '1' }, 415],
  ])('%s', (_, change, status) => {
    expect(crossSiteRefusal({ ...sent, ...change }, false)?.status ?? null).toBe(status);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'adds no job to the board as %s, on loopback with nothing configured either',
    async (type) => {
      const app = buildApp(await fakePorts(), { host: '127.0.0.1', writableBoard: true });
      const answer = await app.inject({
        method: 'POST',
        url: '/queues/api/queues/plan/add',
        headers: { 'content-type': type },
        payload: '{"name":"plan-deployment","data":{},"options":{}}',
      });
      expect(answer.statusCode).toBe(415);
      await app.close();
    },
  );
});

describe('what is sent with every answer', () => {
  test('keeps pages from being framed and from loading anything of others', async () => {
    const app = await appWithTokens();
    for (const url of ['/queues', '/login', '/nowhere', '/deployments/dep_0000000000']) {
      const { headers } = await app.inject({ url, headers: as(TOKENS.viewer) });
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  test('the board asks nothing of Google', async () => {
    const app = await appWithTokens();
    const { body } = await app.inject({ url: '/queues', headers: as(TOKENS.viewer) });
    expect(body).toContain('<div id="root">');
    expect(body).not.toMatch(/google|https:\/\//);
  });

  test('the log says who changed something through the board', async () => {
    const info = vi.fn<Log['info']>();
    const app = await appWithTokens({ log: { ...SILENT, info } });
    const url = '/queues/api/queues/plan/pause';
    await app.inject({ method: 'PUT', url, headers: as(TOKENS.viewer) });
    expect(info).not.toHaveBeenCalled();
    await app.inject({ method: 'PUT', url, headers: as(TOKENS.admin) });
    expect(info).toHaveBeenCalledExactlyOnceWith(
      { by: 'the admin', method: 'PUT', url },
      'board changed',
    );
  });

  test('the log names the address and never the credential', async () => {
    const warn = vi.fn<Log['warn']>();
    const app = await appWithTokens({ log: { ...SILENT, warn } });
    await app.inject({ url: '/queues', headers: as(UNKNOWN) });
    expect(JSON.stringify(warn.mock.calls)).toContain('not configured');
    expect(JSON.stringify(warn.mock.calls)).not.toContain('sbx_');
  });
});
