import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { version } from '../../../src/domain/model/ids.js';
import { healthProbeSuite } from '../../suites/health-probe.suite.js';
import { closedAddress, never, probe, serve, shut, subject } from './probe-fixtures.js';

const URL_OF_TARGET = 'http://{target.address}/healthz';
const http = (settings: Record<string, unknown> = {}) =>
  probe({ kind: 'http', url: URL_OF_TARGET, ...settings });

healthProbeSuite('the http probe', async () => {
  const { server, address } = await serve((request, response) => {
    if (request.url === '/slow') return;
    response.statusCode = request.url === '/healthz' ? 200 : 500;
    response.end();
  });
  return {
    subject: subject({ address }),
    good: http(),
    bad: http({ url: 'http://{target.address}/broken' }),
    blind: http({ url: '{target.address}' }),
    slow: {
      probe: http({ url: 'http://{target.address}/slow', timeout: 200 }),
      status: 'unhealthy',
    },
    close: () => shut(server),
  };
});

describe('an http check', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    await Promise.all(servers.splice(0).map(shut));
  });
  const start = async (answer: RequestListener) => {
    const { server, address } = await serve(answer);
    servers.push(server);
    return subject({ address, metadata: { path: 'deep/health' } });
  };

  it('names the status that came and the one that was expected, with the start of the body', async () => {
    const at = await start((_request, response) =>
      response.writeHead(503).end('db down\u001b[31m'),
    );
    const seen = await http().observe(at, never());
    expect(seen).toMatchObject({ status: 'unhealthy', details: { status: 503, body: 'db down' } });
    expect(seen.message).toMatch(
      /^GET http:\/\/127\.0\.0\.1:\d+\/healthz answered 503, expected 200$/,
    );
  });

  it('fills the version into the body that it expects', async () => {
    const at = await start((_request, response) => response.end('{"version":"1.4.2"}'));
    const current = http({ expectedBody: '"{version}"' });
    expect(await current.observe(at, never())).toMatchObject({ status: 'healthy' });
    const other = http({ expectedBody: '"1.4.3"' });
    expect(await other.observe(at, never())).toMatchObject({ status: 'unhealthy' });
  });

  it('keeps a version in its place in the url, whatever is in it', async () => {
    const asked: (string | undefined)[] = [];
    const at = await start((request, response) => {
      asked.push(request.url);
      response.end();
    });
    const url = 'http://{target.address}/is/{version}/live';
    for (const text of ['1?x=1#2', 'größe', 'a/b@1:2+3']) {
      await http({ url }).observe({ ...at, version: version(text) }, never());
    }
    expect(asked).toEqual([
      '/is/1%3Fx=1%232/live',
      '/is/gr%C3%B6%C3%9Fe/live',
      '/is/a/b@1:2+3/live',
    ]);
  });

  it('finds text in an answer that never ends', async () => {
    const at = await start((_request, response) => response.write('data: ready\n\n'));
    const seen = await http({ expectedBody: 'ready' }).observe(at, never());
    expect(seen.status).toBe('healthy');
  });

  it('looks no further than the first 64 KiB of the body', async () => {
    const at = await start((_request, response) => response.end('x'.repeat(70_000) + 'ready'));
    const seen = await http({ expectedBody: 'ready' }).observe(at, never());
    expect(seen.status).toBe('unhealthy');
  });

  it('has one time limit, over a body that trickles in too', async () => {
    const at = await start((_request, response) => {
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const seen = await http({ expectedBody: 'ready', timeout: 200 }).observe(at, never());
    expect(seen).toMatchObject({ status: 'unhealthy', message: 'no answer within 200 ms' });
  });

  it('does not follow a redirect', async () => {
    const asked: (string | undefined)[] = [];
    const at = await start((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/login' }).end();
    });
    expect(await http().observe(at, never())).toMatchObject({ status: 'unhealthy' });
    const expecting = http({ expectedStatus: 302 });
    expect(await expecting.observe(at, never())).toMatchObject({ status: 'healthy' });
    expect(asked).toEqual(['/healthz', '/healthz']);
  });

  it('sends headers from the environment of the worker, and never shows them', async () => {
    vi.stubEnv('PROBE_TOKEN', 'Bearer tops3cret');
    const requests: IncomingMessage[] = [];
    const at = await start((request, response) => {
      requests.push(request);
      response.writeHead(403).end(`not for ${request.headers.authorization ?? ''}`);
    });
    const seen = await http({ headers: { authorization: 'env:PROBE_TOKEN' } }).observe(at, never());
    expect(requests[0]?.headers.authorization).toBe('Bearer tops3cret');
    expect(JSON.stringify(seen)).not.toContain('tops3cret');
  });

  it('can not look when a header is not set where the worker runs', async () => {
    const at = await start((_request, response) => response.end());
    const seen = await http({ headers: { authorization: 'env:NOT_SET_HERE' } }).observe(
      at,
      never(),
    );
    expect(seen).toMatchObject({ status: 'unknown' });
    expect(seen.message).toContain('NOT_SET_HERE');
  });

  it('reaches a port that browsers refuse, and makes a new connection each time', async () => {
    const connections = new Set<unknown>();
    const at = await start((request, response) => {
      connections.add(request.socket);
      response.end();
    });
    await http().observe(at, never());
    await http().observe(at, never());
    expect(connections.size).toBe(2);
    const refused = await http({ url: 'http://127.0.0.1:6000/' }).observe(at, never());
    expect(refused.message).toContain('connection refused');
  });

  it("says that a refused connection is the target's failing", async () => {
    const address = await closedAddress();
    const seen = await http().observe(subject({ address }), never());
    expect(seen).toMatchObject({ status: 'unhealthy', details: { error: 'ECONNREFUSED' } });
  });

  it('says unhealthy when the other side hangs up without an answer', async () => {
    const at = await start((request) => request.socket.destroy());
    expect(await http().observe(at, never())).toMatchObject({ status: 'unhealthy' });
  });

  it("fills a path from the target's metadata", async () => {
    const at = await start((request, response) =>
      response.writeHead(request.url === '/deep/health' ? 200 : 404).end(),
    );
    const seen = await http({ url: 'http://{target.address}/{target.metadata.path}' }).observe(
      at,
      never(),
    );
    expect(seen.status).toBe('healthy');
  });

  it('is unknown where the target is not one that the url can be filled from', async () => {
    const seen = await http().observe(subject(null), never());
    expect(seen).toMatchObject({
      status: 'unknown',
      message: expect.stringContaining('target.address'),
    });
  });

  it('keeps tokens in a url out of its name and messages', async () => {
    const address = await closedAddress();
    for (const url of [
      'http://{target.address}/h?token=hunter2',
      'http://user:hunter2@{target.address}/h?token=hunter2',
    ]) {
      const secretive = http({ url });
      const seen = await secretive.observe(subject({ address }), never());
      expect(`${secretive.name} ${JSON.stringify(seen)}`).not.toContain('hunter2');
    }
  });
});
