import type { RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createMetricSource } from '../../../src/adapters/metrics/metric-source-registry.js';
import { guardedRequest } from '../../../src/adapters/net/guarded-request.js';
import {
  createNetworkGuard,
  type JudgedAddress,
  NO_RULES,
} from '../../../src/adapters/net/network-guard.js';
import { createProbe, probesWithin } from '../../../src/adapters/probes/probe-registry.js';
import { CheckSchema } from '../../../src/contracts/config/check.schema.js';
import { MetricSourceSchema } from '../../../src/contracts/config/metric-source.schema.js';
import { asked } from '../metrics/source-fixtures.js';
import { listen, never, serve, shut, subject } from '../probes/probe-fixtures.js';
import { FORBIDDEN_HOSTS } from './address-cases.js';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(shut));
});
async function start(answer: RequestListener): Promise<{ readonly port: string }> {
  const { server, address } = await serve(answer);
  servers.push(server);
  return { port: address.split(':')[1] ?? '' };
}
const check = (settings: object) => createProbe(CheckSchema.parse(settings));

describe('a check of a forbidden place', () => {
  test.each(FORBIDDEN_HOSTS)('says so and sends nothing, over http: %s, %s', async (_, host) => {
    const seen = await check({ kind: 'http', url: 'http://{target.address}/' }).observe(
      subject({ address: `${host}:80` }),
      never(),
    );
    expect(seen.status).toBe('unknown');
    expect(seen.message).toContain('must not be connected to');
  });

  test.each(FORBIDDEN_HOSTS)('says so and does not knock, over tcp: %s, %s', async (_, host) => {
    const seen = await check({ kind: 'tcp', address: '{target.address}' }).observe(
      subject({ address: `${host}:80` }),
      never(),
    );
    expect(seen.status).toBe('unknown');
    expect(seen.message).toContain('must not be connected to');
  });

  test.each(FORBIDDEN_HOSTS)('is no place for metrics either: %s, %s', async (_, host) => {
    const spec = MetricSourceSchema.parse({ kind: 'prometheus', url: `http://${host}` });
    const answer = await createMetricSource(spec).query(asked('up'), never());
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'metric/rejected', message: expect.stringContaining('must not be') },
    });
  });

  test.each([
    ['a user', 'http://ada@{target.address}/'],
    ['a user and password', 'http://ada:hunter2@{target.address}/'],
    ['a file', 'file:///etc/passwd?{target.address}'],
    ['gopher', 'gopher://{target.address}/'],
    ['full-width digits of metadata', 'http://１６９.２５４.１６９.２５４/{target.id}'],
    ['metadata with a line break in it', 'http://169.254\n.169.254/{target.id}'],
  ])('is refused with %s', async (_, url) => {
    const { port } = await start((_request, response) => response.end('ok'));
    const seen = await check({ kind: 'http', url }).observe(
      subject({ address: `127.0.0.1:${port}` }),
      never(),
    );
    expect(seen.status).toBe('unknown');
    expect(JSON.stringify(seen)).not.toContain('hunter2');
  });

  test('is not reached through the address of a target that brings a user along', async () => {
    const { port } = await start((_request, response) => response.end('ok'));
    const seen = await check({ kind: 'http', url: 'http://{target.address}/' }).observe(
      subject({ address: `good.example@127.0.0.1:${port}` }),
      never(),
    );
    expect(seen.status).toBe('unknown');
    expect(seen.message).toContain('user or password');
  });
});

describe('a guarded request', () => {
  const guardOf = (resolve: () => readonly JudgedAddress[]) =>
    createNetworkGuard(NO_RULES, async () => resolve());
  const ask = (guard: ReturnType<typeof guardOf>, url: string) =>
    guardedRequest(
      guard,
      { url: new URL(url), method: 'GET', headers: {}, signal: AbortSignal.timeout(5_000) },
      async ({ statusCode, body }) => ({ statusCode, text: await body.text() }),
    );

  test('looks a name up once and goes where it was judged to, though the name has moved', async () => {
    const { port } = await start((request, response) => response.end(request.headers.host));
    const resolve = vi
      .fn<() => readonly JudgedAddress[]>()
      .mockReturnValueOnce([{ address: '127.0.0.1', family: 4 }])
      .mockReturnValue([{ address: '169.254.169.254', family: 4 }]);
    const answer = await ask(guardOf(resolve), `http://rebinding.example:${port}/`);
    expect(answer).toEqual({
      ok: true,
      value: { statusCode: 200, text: `rebinding.example:${port}` },
    });
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  test('does not follow a redirect, wherever it leads', async () => {
    let reached = 0;
    const inner = await start((_request, response) => {
      reached += 1;
      response.end('secret');
    });
    const { port } = await start((_request, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end(),
    );
    const loopback = guardOf(() => [{ address: '127.0.0.1', family: 4 }]);
    const answer = await ask(loopback, `http://web.example:${port}/`);
    expect(answer).toMatchObject({ ok: true, value: { statusCode: 302 } });
    expect(reached).toBe(0);
  });

  test('cuts off an answer with an endless head', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = setInterval(() => socket.write(`x-${'y'.repeat(1_000)}: z\r\n`), 1);
      socket.on('close', () => clearInterval(more));
    });
    servers.push(server);
    const address = await listen(server);
    const seen = await check({ kind: 'http', url: `http://${address}/` }).observe(
      subject(),
      never(),
    );
    expect(seen.status).toBe('unhealthy');
    expect(seen.message).not.toContain('no answer within');
  });

  test('goes by the lists of the configuration', async () => {
    const { port } = await start((_request, response) => response.end('ok'));
    const spec = CheckSchema.parse({ kind: 'http', url: `http://127.0.0.1:${port}/` });
    const seen = (guard: ReturnType<typeof createNetworkGuard>) =>
      probesWithin(guard)(spec).observe(subject(), never());
    expect(await seen(createNetworkGuard())).toMatchObject({ status: 'healthy' });
    expect(await seen(createNetworkGuard({ deny: ['127.0.0.0/8'] }))).toMatchObject({
      status: 'unknown',
      message: expect.stringContaining('network.deny covers 127.0.0.1'),
    });
    expect(await seen(createNetworkGuard({ allow: ['10.0.0.0/8'], deny: [] }))).toMatchObject({
      message: expect.stringContaining('network.allow does not cover 127.0.0.1'),
    });
  });
});
