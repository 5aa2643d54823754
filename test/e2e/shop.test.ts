import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Shop, startShop } from '../support/shop.js';

describe('the example shop', () => {
  const shops: Shop[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  afterEach(async () => {
    agent.destroy();
    await Promise.all(shops.splice(0).map(async (shop) => shop.stop()));
  });
  const start = async (version: string, environment: Record<string, string> = {}) => {
    const shop = await startShop({ version, environment });
    shops.push(shop);
    return shop;
  };
  const statuses = async ({ url }: Shop, path: string, count: number) => {
    const seen: number[] = [];
    for (let number = 0; number < count; number += 1) {
      // oxlint-disable-next-line no-await-in-loop -- their order is what matters
      seen.push((await fetch(url + path)).status);
    }
    return seen;
  };

  it('says which version answers, on which target', async () => {
    const { url } = await start('1.0.0');
    expect(await (await fetch(url)).json()).toEqual({ version: '1.0.0', target: 'shop-1' });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  it('counts its answers for Prometheus', async () => {
    const shop = await start('1.0.0');
    await statuses(shop, '/', 3);
    await statuses(shop, '/?error_rate=1', 2);
    const metrics = await (await fetch(`${shop.url}/metrics`)).text();
    expect(metrics).toContain(
      'http_requests_total{version="1.0.0",target="shop-1",code="200"} 3\n',
    );
    expect(metrics).toContain(
      'http_requests_total{version="1.0.0",target="shop-1",code="500"} 2\n',
    );
    expect(metrics).toContain(
      'http_request_duration_seconds_count{version="1.0.0",target="shop-1"} 5\n',
    );
  });

  it('fails in the same places for the same seed, and for the one version that is to fail', async () => {
    const faults = { BY_VERSION: '{"2.0.0":{"ERROR_RATE":"0.3"}}', SEED: '7' };
    const [first, again, other, good] = await Promise.all([
      start('2.0.0', faults),
      start('2.0.0', faults),
      start('2.0.0', { ...faults, SEED: '8' }),
      start('1.0.0', faults),
    ]);
    const seen = await statuses(first, '/', 60);
    expect(await statuses(again, '/', 60)).toEqual(seen);
    expect(await statuses(other, '/', 60)).not.toEqual(seen);
    expect(new Set(seen)).toEqual(new Set([200, 500]));
    expect(new Set(await statuses(good, '/', 60))).toEqual(new Set([200]));
  });

  it('behaves otherwise once it is told to, and refuses what makes no sense', async () => {
    const shop = await start('1.0.0');
    const told = await fetch(`${shop.url}/behaviour?error_rate=1`, { method: 'PUT' });
    expect(await told.json()).toMatchObject({ errorRate: 1, latencyMs: 0 });
    expect(await statuses(shop, '/', 2)).toEqual([500, 500]);
    const refused = await fetch(`${shop.url}/behaviour?error_rate=lots`, { method: 'PUT' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: expect.stringContaining('error_rate') });
  });

  it('finishes what is under way when it is stopped, and takes nothing new', async () => {
    const shop = await start('1.0.0');
    const slow = fetch(`${shop.url}/?latency_ms=2000`);
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${shop.url}/metrics`)).text();
      expect(metrics).toMatch(/^http_requests_in_flight\{.*\} 1$/m);
    });
    shop.child.kill('SIGTERM');
    await shop.says('stops');
    const answer = await slow;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    await vi.waitFor(async () => expect(fetch(shop.url)).rejects.toThrow('fetch failed'));
    expect(await shop.stop()).toBe(0);
  });

  it('answers a last request on a connection that was kept alive, and closes it with that', async () => {
    const shop = await start('1.0.0', { IDLE_GRACE_MS: '3000' });
    const ask = async () => {
      const [response] = (await once(get(shop.url, { agent }), 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      return [response.statusCode, response.headers.connection];
    };
    expect(await ask()).toEqual([200, 'keep-alive']);
    shop.child.kill('SIGTERM');
    await shop.says('stops');
    expect(await ask()).toEqual([200, 'close']);
    expect(await shop.stop()).toBe(0);
  });

  it('is not kept from stopping by connections on which nothing is asked', async () => {
    const shop = await start('1.0.0', { IDLE_GRACE_MS: '10' });
    const socket = connect(Number(new URL(shop.url).port), '127.0.0.1');
    await once(socket, 'connect');
    expect(await shop.stop()).toBe(0);
    socket.destroy();
  });
});
