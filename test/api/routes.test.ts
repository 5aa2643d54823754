import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ApiPorts } from '../../src/api/http/api-ports.js';
import { type AppOptions, buildApp } from '../../src/api/app.js';
import { aDraft } from '../support/fixtures.js';
import { fakePorts } from './fake-ports.js';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const app of apps.splice(0)) await app.close();
});

function appOf(ports: ApiPorts, options: Partial<AppOptions> = {}): FastifyInstance {
  const app = buildApp(ports, { host: '127.0.0.1', writableBoard: false, ...options });
  apps.push(app);
  return app;
}

const startApp = async (options: Partial<AppOptions> = {}): Promise<FastifyInstance> =>
  appOf(await fakePorts(), options);

const broken = () => Promise.reject(new Error('secret detail'));
const never = new Promise<never>(() => {});

describe('health', () => {
  test('the process is alive whatever Redis does', async () => {
    const app = appOf(await fakePorts([], () => never));
    const answer = await app.inject('/healthz');
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('it is ready while Redis answers', async () => {
    const app = await startApp();
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  });

  test('it is not ready when Redis refuses', async () => {
    const app = appOf(await fakePorts([], () => Promise.reject(new Error('ECONNREFUSED'))));
    expect((await app.inject('/readyz')).statusCode).toBe(503);
  });

  test('it is not ready when Redis stays silent for two seconds', async () => {
    const app = appOf(await fakePorts([], () => never));
    await app.ready();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = app.inject('/readyz');
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await answer).statusCode).toBe(503);
  });
});

describe('the page of a deployment', () => {
  test('is HTML for a browser and JSON for a program', async () => {
    const drafted = aDraft();
    const app = appOf(await fakePorts([drafted]));
    const url = `/deployments/${drafted.deployment.id}`;

    const page = await app.inject({ url, headers: { accept: 'text/html,*/*' } });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain(drafted.deployment.id);

    const json = await app.inject({ url, headers: { accept: 'application/json' } });
    expect(json.json()).toMatchObject({ id: drafted.deployment.id, state: 'draft' });
  });

  test('is not found for an id nobody has, in the form that was asked for', async () => {
    const app = await startApp();
    const page = await app.inject('/deployments/dep_0000000000');
    expect([
      page.statusCode,
      page.body.includes('There is no deployment dep_0000000000: there never was one'),
    ]).toEqual([404, true]);

    const headers = { accept: 'application/json' };
    const json = await app.inject({ url: '/deployments/dep_0000000000', headers });
    expect(json.statusCode).toBe(404);
    expect(json.json()).toMatchObject({ status: 404, title: 'Not Found' });
  });

  test.each(['x', 'dep_', '%3Cscript%3Ealert(1)%3C%2Fscript%3E', 'd'.repeat(600)])(
    'is a bad request for %s, which is not repeated in the answer',
    async (id) => {
      const app = await startApp();
      const page = await app.inject(`/deployments/${id}`);
      expect(page.statusCode).toBe(400);
      expect(page.body).toContain('expected a deployment id');
      expect(page.body).not.toContain('<script');
    },
  );
});

describe('every answer', () => {
  test.each([
    '/',
    '/queues',
    '/healthz',
    '/deployments/x',
    '/nowhere',
    '/%zz',
    '/schemas/plan.json',
  ])('keeps other origins out: %s', async (url) => {
    const app = await startApp();
    const { headers } = await app.inject(url);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/https?:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    });
  });

  test('is a problem document where there is no such route', async () => {
    const app = await startApp();
    const answer = await app.inject('/nowhere?a=1');
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 404, detail: 'There is no GET /nowhere.' });
  });

  test('is a refusal to a body of more than 64 KiB', async () => {
    const app = await startApp();
    const payload = { data: 'x'.repeat(65 * 1_024) };
    const answer = await app.inject({
      method: 'POST',
      url: '/queues/api/queues/plan/add',
      payload,
    });
    expect(answer.statusCode).toBe(413);
  });
});

describe('the front door', () => {
  test('leads to the queues', async () => {
    const app = await startApp();
    const answer = await app.inject('/');
    expect([answer.statusCode, answer.headers.location]).toEqual([302, '/queues']);
    expect((await app.inject('/queues')).body).toContain('Signalbox');
  });

  test('shows the JSON Schema of each kind of job', async () => {
    const app = await startApp();
    for (const queue of ['plan', 'execute', 'verify', 'rollback']) {
      const { title, type } = (await app.inject(`/schemas/${queue}.json`)).json<{
        title: string;
        type: string;
      }>();
      expect([title, type]).toEqual([`${queue}-deployment`, 'object']);
    }
  });

  test('says within seconds that the board has no Redis', async () => {
    const app = appOf(await fakePorts([], () => Promise.reject(new Error('ECONNREFUSED'))));
    expect((await app.inject('/queues/api/queues')).statusCode).toBe(503);
  });

  test('logs what went wrong and does not tell it to strangers', async () => {
    const ports = await fakePorts();
    const error = vi.fn<() => void>();
    const log = { info: () => {}, warn: () => {}, error };
    const app = appOf({ ...ports, store: { load: broken } }, { log });

    const answer = await app.inject('/deployments/dep_0000000000');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret detail');
    expect(error).toHaveBeenCalledOnce();
  });
});

describe('a page of another site', () => {
  test('reaches nothing by a name of its own that resolves to this machine', async () => {
    const app = await startApp();
    const answer = await app.inject({ url: '/queues', headers: { host: 'evil.example:7300' } });
    expect(answer.statusCode).toBe(403);
  });

  test('changes nothing by a request to the right name', async () => {
    const app = await startApp({ writableBoard: true });
    const headers = { host: 'localhost:7300', origin: 'https://evil.example' };
    const url = '/queues/api/queues/plan/pause';
    expect((await app.inject({ method: 'PUT', url, headers })).statusCode).toBe(403);
  });
});
