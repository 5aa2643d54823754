import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startLoad } from '../support/load.js';

describe('the load of the end-to-end tests', () => {
  let server: Server;
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const serve = async (answer: RequestListener) => {
    server = createServer(answer);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/path?x=1`;
  };
  const version = (name: string, more = {}) => JSON.stringify({ version: name, ...more });

  it('counts each answer once, under its version and its status', async () => {
    let count = 0;
    const paths = new Set<string | undefined>();
    const url = await serve(({ url: path }, response) => {
      paths.add(path);
      count += 1;
      if (count % 10 === 0) response.writeHead(500).end(version('2', { error: 'injected' }));
      else if (count % 10 === 1) response.writeHead(503).end('no server');
      else response.end(version(count % 2 === 0 ? '1' : '2'));
    });
    const counts = await startLoad({ url, ratePerSecond: 1_000, maxRequests: 200 }).ended;
    expect(counts).toMatchObject({
      requests: 200,
      failures: 40,
      reasons: { '500 injected': 20, '503': 20 },
      statuses: { '200': 160, '500': 20, '503': 20 },
      versions: {
        '1': { requests: 80, failures: 0 },
        '2': { requests: 100, failures: 20 },
        '?': { requests: 20, failures: 20 },
      },
      unsent: 0,
    });
    expect(counts.versions['2']?.latenciesMs).toHaveLength(80);
    expect(counts.versions['2']?.latenciesMs.every((time) => time > 0)).toBe(true);
    expect([...paths]).toEqual(['/path?x=1']);
    expect(count).toBe(200);
  });

  it('counts a broken connection as a failure, with its reason', async () => {
    let count = 0;
    const url = await serve(({ socket }, response) => {
      count += 1;
      if (count % 4 === 0) socket.destroy();
      else response.end(version('1'));
    });
    const counts = await startLoad({ url, ratePerSecond: 500, maxRequests: 40 }).ended;
    expect(counts).toMatchObject({ requests: 40, failures: 10, statuses: { '200': 30 } });
    expect(Object.values(counts.reasons).reduce((sum, each) => sum + each, 0)).toBe(10);
  });

  it('counts a refused connection as a failure', async () => {
    const url = await serve(() => {});
    server.close();
    await once(server, 'close');
    const counts = await startLoad({ url, ratePerSecond: 500, maxRequests: 10 }).ended;
    expect(counts).toMatchObject({ requests: 10, failures: 10, reasons: { ECONNREFUSED: 10 } });
    await serve(() => {});
  });

  it('tells what was sent in a window from what was sent before and after', async () => {
    let current = '1';
    const held: (() => void)[] = [];
    const url = await serve((_request, response) => {
      const body = version(current);
      if (current === '1') held.push(() => response.end(body));
      else response.end(body);
    });
    const load = startLoad({ url, ratePerSecond: 200 });
    const before = load.window();
    await vi.waitFor(() => expect(held.length).toBeGreaterThan(5));
    current = '2';
    const after = load.window();
    const closing = before.close();
    await vi.waitFor(() => expect(after.counts().versions['2']?.requests).toBeGreaterThan(5));
    for (const answer of held) answer();
    const [first, all, second] = await Promise.all([closing, load.stop(), after.close()]);
    // Those on their way to the server at the change are of the first window and of either version.
    expect(first.versions['1']?.requests).toBe(held.length);
    expect(second.versions['1']).toBeUndefined();
    expect(first.requests + second.requests).toBe(all.requests);
    expect(all.failures).toBe(0);
  });

  it('keeps on sending while answers fail to come, up to a bound', async () => {
    const held: (() => void)[] = [];
    const url = await serve((_request, response) => {
      held.push(() => response.end(version('1')));
    });
    const stop = new AbortController();
    const load = startLoad({ url, ratePerSecond: 2_000, signal: stop.signal });
    const all = load.window();
    await vi.waitFor(() => expect(all.counts().unsent).toBeGreaterThan(0), { timeout: 10_000 });
    await vi.waitFor(() => expect(held).toHaveLength(256), { timeout: 10_000 });
    stop.abort();
    for (const answer of held) answer();
    const counts = await load.ended;
    expect(counts).toMatchObject({ requests: 256, failures: 0 });
  });
});
