import type { FastifyInstance } from 'fastify';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AppOptions, buildApp } from '../../src/api/app.js';
import { clientAddress } from '../../src/api/limits/client-address.js';
import { OpenRequests } from '../../src/api/limits/limit-requests.js';
import { RequestRate } from '../../src/api/limits/request-rate.js';
import { ServerSchema } from '../../src/contracts/config/server.schema.js';
import { appWithTokens, TOKENS, UNKNOWN } from './auth-world.js';
import { fakePorts } from './fake-ports.js';

const limitedTo = (requests: number, rest: object = {}) =>
  ServerSchema.parse({ rateLimit: { requests, per: '1h' }, ...rest });

async function appOf(options: Partial<AppOptions>): Promise<FastifyInstance> {
  const app = buildApp(await fakePorts(), { host: '127.0.0.1', writableBoard: false, ...options });
  onTestFinished(() => app.close());
  return app;
}

const as = (token: string) => ({ authorization: `Bearer ${token}` });

describe('one client', () => {
  test('is told to wait, as a problem, when it has asked too much, and others are not', async () => {
    const app = await appOf({ server: limitedTo(3) });
    const ask = (remoteAddress: string) => app.inject({ url: '/nowhere', remoteAddress });
    for (let n = 0; n < 3; n++) expect((await ask('10.0.0.1')).statusCode).toBe(404);

    const answer = await ask('10.0.0.1');
    expect(answer.statusCode).toBe(429);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const wait = Number(answer.headers['retry-after']);
    // A third of the hour: one request comes back.
    expect(wait).toBeGreaterThan(1_190);
    expect(wait).toBeLessThanOrEqual(1_200);
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      detail: `There were more than 3 requests in 3600000 ms; try again in ${wait} s.`,
    });
    expect(answer.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect((await ask('10.0.0.2')).statusCode).toBe(404);
  });

  test('is always told whether the process lives and is ready', async () => {
    const app = await appOf({ server: limitedTo(1) });
    for (let n = 0; n < 5; n++) {
      expect((await app.inject('/healthz')).statusCode).toBe(200);
      expect((await app.inject('/readyz')).statusCode).toBe(200);
    }
    expect((await app.inject('/')).statusCode).toBe(302);
    expect((await app.inject('/')).statusCode).toBe(429);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });

  test('is counted by its name where a credential says who it is, wherever it comes from', async () => {
    const app = await appWithTokens({ server: limitedTo(2), anonymous: null });
    const ask = (token: string, remoteAddress: string) =>
      app.inject({ url: '/nowhere', headers: as(token), remoteAddress });
    expect((await ask(TOKENS.viewer, '10.0.0.1')).statusCode).toBe(404);
    expect((await ask(TOKENS.viewer, '10.0.0.2')).statusCode).toBe(404);
    expect((await ask(TOKENS.viewer, '10.0.0.3')).statusCode).toBe(429);
    expect((await ask(TOKENS.admin, '10.0.0.1')).statusCode).toBe(404);
  });

  test('that nobody knows is counted by address, whatever it says of itself', async () => {
    const app = await appWithTokens({ server: limitedTo(3) });
    const ask = (headers: Record<string, string>) => app.inject({ url: '/', headers });
    expect((await ask({})).statusCode).toBe(401);
    expect((await ask({ cookie: 'signalbox_session=forged.one' })).statusCode).toBe(401);
    expect((await ask({ cookie: 'signalbox_session=forged.two' })).statusCode).toBe(401);
    expect((await ask({ cookie: 'signalbox_session=forged.three' })).statusCode).toBe(429);
    expect((await app.inject('/login')).statusCode).toBe(429);
  });

  test('uses up its share with what is refused as well: pages of others that would change something', async () => {
    const app = await appOf({ server: limitedTo(2) });
    const cross = () =>
      app.inject({
        method: 'PUT',
        url: '/queues/api/queues/plan/pause',
        headers: { 'sec-fetch-site': 'cross-site' },
      });
    expect([(await cross()).statusCode, (await cross()).statusCode]).toEqual([403, 403]);
    expect((await cross()).statusCode).toBe(429);
  });

  test('with refused credentials is slowed down long before that', async () => {
    const app = await appWithTokens({ server: limitedTo(1_000) });
    const statuses = new Set<number>();
    for (let n = 0; n < 21; n++) {
      const answer = await app.inject({ url: '/', headers: as(UNKNOWN) });
      statuses.add(answer.statusCode);
    }
    expect([...statuses]).toEqual([401, 429]);
  });

  test('with a credential that can not be checked now is counted by address', async () => {
    const app = await appOf({
      server: limitedTo(2),
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
    const ask = async (token: string) =>
      (await app.inject({ url: '/', headers: as(token) })).statusCode;
    expect([await ask('a.b.c'), await ask('d.e.f'), await ask('g.h.i')]).toEqual([503, 503, 429]);
  });

  test('may ask anything where there is no limit', async () => {
    const app = await appOf({
      server: ServerSchema.parse({ rateLimit: { enabled: false, requests: 1 } }),
    });
    for (let n = 0; n < 5; n++) expect((await app.inject('/')).statusCode).toBe(302);
  });
});

describe('X-Forwarded-For', () => {
  const ask = (app: FastifyInstance, by: string, remoteAddress: string) =>
    app.inject({ url: '/', headers: { 'x-forwarded-for': by }, remoteAddress });

  test('gives nobody a share of their own where no proxy is trusted', async () => {
    const app = await appOf({ server: limitedTo(1) });
    expect((await ask(app, '1.1.1.1', '10.0.0.1')).statusCode).toBe(302);
    expect((await ask(app, '1.1.1.2', '10.0.0.1')).statusCode).toBe(429);
  });

  test('is believed from a trusted proxy, and only what that proxy itself has seen', async () => {
    const app = await appOf({ server: limitedTo(1, { trustedProxies: ['10.0.0.0/24'] }) });
    expect((await ask(app, '1.1.1.1', '10.0.0.1')).statusCode).toBe(302);
    expect((await ask(app, '1.1.1.2', '10.0.0.1')).statusCode).toBe(302);
    // What stands before it was written by whoever asked.
    expect((await ask(app, '7.7.7.7, 1.1.1.2', '10.0.0.1')).statusCode).toBe(429);
    expect((await ask(app, '9.9.9.9', '10.0.1.1')).statusCode).toBe(302);
    expect((await ask(app, '9.9.9.8', '10.0.1.1')).statusCode).toBe(429);
  });
});

describe('requests that are not answered yet', () => {
  test('are bounded for each client, and those that end make room', async () => {
    const ports = await fakePorts();
    const waiting: (() => void)[] = [];
    // A promise that the test settles stands for a slow Redis.
    const ping = () => new Promise<string>((resolve) => waiting.push(() => resolve('PONG')));
    const server = ServerSchema.parse({ rateLimit: { atOnce: 2 } });
    const app = buildApp({ ...ports, ping }, { host: '127.0.0.1', writableBoard: false, server });
    onTestFinished(() => app.close());
    const ask = (remoteAddress = '10.0.0.1') =>
      app.inject({ url: '/queues/api/queues', remoteAddress });

    const first = [ask(), ask()];
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    const third = await ask();
    expect([third.statusCode, third.headers['retry-after']]).toEqual([429, '1']);
    expect(third.json()).toMatchObject({
      detail: 'There are 2 requests already that are not answered yet; try again in 1 s.',
    });
    const other = ask('10.0.0.2');
    await vi.waitFor(() => expect(waiting).toHaveLength(3));

    for (const answer of waiting) answer();
    for (const { statusCode } of await Promise.all([...first, other])) expect(statusCode).toBe(200);
    const again = ask();
    await vi.waitFor(() => expect(waiting).toHaveLength(4));
    waiting[3]?.();
    expect((await again).statusCode).toBe(200);
  });

  test('are counted down to nothing, and forgotten', () => {
    const open = new OpenRequests(1);
    expect([open.enter('a'), open.enter('a'), open.enter('b')]).toEqual([true, false, true]);
    open.leave('a');
    expect([open.enter('a'), open.enter('b')]).toEqual([true, false]);
  });
});

describe('whoever is slow', () => {
  test('is given up before long, and is one of so many', async () => {
    const { server } = await appOf({});
    expect(server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5_000,
      maxConnections: 1_000,
    });
    expect(server.timeout).toBe(60_000);
  });
});

describe('the rate of requests', () => {
  test('lets all come at once, then one each time one has aged', () => {
    let now = 0;
    const rate = new RequestRate({ requests: 10, per: 10_000 }, () => now);
    for (let n = 0; n < 10; n++) expect(rate.take('a')).toBe(0);
    expect(rate.take('a')).toBe(1);
    now = 998;
    expect(rate.take('a')).toBe(1);
    now = 1_000;
    expect([rate.take('a'), rate.take('a')]).toEqual([0, 1]);
    now = 100_000;
    for (let n = 0; n < 10; n++) expect(rate.take('a')).toBe(0);
    expect(rate.take('a')).toBe(1);
  });

  test.each([3, 7, 1_200, 999_983])(
    'keeps its promise of %i though its steps are fractions',
    (requests) => {
      const rate = new RequestRate({ requests, per: 60_000 }, () => 12_345.678);
      const asked = Math.min(requests, 5_000);
      for (let n = 0; n < asked; n++) expect(rate.take('a')).toBe(0);
      if (requests === asked) expect(rate.take('a')).toBeGreaterThan(0);
    },
  );

  test('is not remembered for more clients than an attack on its memory would have', () => {
    const rate = new RequestRate({ requests: 2, per: 60_000 }, () => 0);
    for (const client of ['often', 'once', 'once', 'often']) rate.take(client);
    for (let n = 0; n < 9_999; n++) rate.take(`other-${n}`);
    expect(rate.take('often')).toBeGreaterThan(0);
    expect(rate.take('once')).toBe(0);
  });
});

describe('who an address stands for', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['not an address', 'not an address'],
    ['x'.repeat(10_000), 'x'.repeat(64)],
  ])('%s', (ip, client) => expect(clientAddress(ip)).toBe(client));
});
