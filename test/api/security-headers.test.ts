import type { FastifyInstance, InjectOptions } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/api/app.js';
import { SECURITY_HEADERS } from '../../src/api/http/security-headers.js';
import { ServerSchema } from '../../src/contracts/config/server.schema.js';
import { type AuthWorld, appWithTokens, cookieOf, TOKENS } from './auth-world.js';
import { fakePorts } from './fake-ports.js';
import { aDraft } from '../support/fixtures.js';

const VIEWER = { name: 'anonymous', roles: ['viewer' as const] };
const drafted = aDraft();
const ours = { host: 'localhost', origin: 'http://localhost' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const appOf = async (world: AuthWorld = {}): Promise<FastifyInstance> =>
  appWithTokens({ anonymous: VIEWER, stored: [drafted], ...world });

/** Answers of every kind, and the status that says the kind was met. */
const ANSWERS: readonly [string, number, InjectOptions, AuthWorld?][] = [
  ['the front door', 302, { url: '/' }],
  ['the board', 200, { url: '/queues' }],
  ['the board at another of its places', 200, { url: '/queues/queue/plan' }],
  ['the data of the board', 200, { url: '/queues/api/queues' }],
  ['a queue there is not', 404, { url: '/queues/api/queues/nowhere/1' }],
  ['a picture of the board', 200, { url: '/queues/static/favicon-32x32.png' }],
  ['a file the board has not', 404, { url: '/queues/static/nowhere.js' }],
  ['a page of a deployment', 200, { url: `/deployments/${drafted.deployment.id}` }],
  ['no such deployment', 404, { url: '/deployments/dep_0000000000' }],
  ['no id', 400, { url: '/deployments/x' }],
  ['signing in', 200, { url: '/login' }],
  ['signing in wrongly', 401, { method: 'POST', url: '/login', headers: form, payload: 'token=x' }],
  ['signing out', 303, { method: 'POST', url: '/logout', headers: ours }],
  [
    'being led to the login',
    302,
    { url: '/', headers: { accept: 'text/html' } },
    { anonymous: null },
  ],
  ['a schema', 200, { url: '/schemas/plan.json' }],
  ['life', 200, { url: '/healthz' }],
  ['readiness', 200, { url: '/readyz' }],
  ['nothing', 404, { url: '/nowhere' }],
  ['no address', 400, { url: '/%zz' }],
  ['nobody', 401, { url: '/' }, { anonymous: null }],
  ['somebody who may not', 403, { method: 'PUT', url: '/queues/api/queues/plan/pause' }],
  ['a Host of others', 403, { url: '/', headers: { host: 'evil.example' } }],
  [
    'a page of others',
    403,
    { method: 'POST', url: '/x', headers: { origin: 'http://evil.example' } },
  ],
  ['a form where none is taken', 415, { method: 'POST', url: '/x', headers: form, payload: 'a=1' }],
  [
    'too large a body',
    413,
    { method: 'POST', url: '/login', headers: form, payload: 'x'.repeat(40_000) },
  ],
  ['too many headers', 431, { url: '/', headers: manyHeaders(200) }],
  [
    'one request too many',
    429,
    { url: '/' },
    { server: ServerSchema.parse({ rateLimit: { requests: 1 } }) },
  ],
];

function manyHeaders(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-${at}`, '1']));
}

describe('security headers', () => {
  test.each(ANSWERS)('are on the answer to %s (%i)', async (_, status, request, world) => {
    const app = await appOf(world);
    let answer = await app.inject(request);
    if (status === 429) answer = await app.inject(request);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers).toMatchObject(SECURITY_HEADERS);
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('let every page do what it does: nothing of others, no scripts of its own, none in its markup', async () => {
    const app = await appOf();
    for (const url of [
      '/queues',
      '/login',
      `/deployments/${drafted.deployment.id}`,
      '/deployments/x',
    ]) {
      const { body, headers } = await app.inject(url);
      expect(headers['content-type'], url).toMatch(/^text\/html/);
      const scripts = [...body.matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => attributes);
      for (const script of scripts) {
        expect(script, url).toMatch(/ src="static\/|type="application\/json"/);
      }
      expect(body, url).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
      expect(body, url).not.toMatch(/<[a-z][^>]*\son[a-z]+=/i);
    }
  });
});

describe('a page of the board or of a deployment', () => {
  const pages = ['/queues', `/deployments/${drafted.deployment.id}`];

  test('leads to the login where there is something to sign in with, signed in or not', async () => {
    const app = await appOf();
    const cookie = await cookieOf(app, TOKENS.admin);
    for (const url of pages) {
      expect((await app.inject(url)).body, url).toMatch(/"\/login"/);
      expect((await app.inject({ url, headers: { cookie } })).body, url).toMatch(/"\/login"/);
    }
  });

  test('does not lead to a page there is not', async () => {
    const ports = await fakePorts([drafted]);
    const app = buildApp(ports, { host: '127.0.0.1', writableBoard: false });
    onTestFinished(() => app.close());
    for (const url of pages) expect((await app.inject(url)).body, url).not.toContain('/login');
    expect((await app.inject('/login')).statusCode).toBe(404);
  });
});
