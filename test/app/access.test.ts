import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { composeServer } from '../../src/app/server/compose-server.js';
import { accessToken, tokenHash } from '../../src/contracts/values/access-token.js';
import { SecuritySchema } from '../../src/contracts/config/security.schema.js';
import { ServerSchema } from '../../src/contracts/config/server.schema.js';
import { testRedis } from '../support/redis.js';

const TOKEN = accessToken(new Uint8Array(32).fill(7));
const security = SecuritySchema.parse({
  tokens: [{ name: 'ann', role: 'admin', hash: tokenHash(TOKEN) }],
});

async function start(rest: object, host = '0.0.0.0') {
  const { url, namespace } = testRedis();
  const options = { connection: url, namespace, host, port: 0, writableBoard: false, ...rest };
  const server = await composeServer(options);
  onTestFinished(() => server.close());
  return (path: string, headers = {}) => fetch(`${server.address}${path}`, { headers });
}

describe('a server that others can reach', () => {
  test('does not start without credentials, and says what can be done', async () => {
    await expect(start({})).rejects.toThrow(/^host: others could reach this server/);
    await expect(start({}, '::')).rejects.toThrow('--insecure-anonymous');
    const anonymous = SecuritySchema.parse({ anonymous: 'viewer' });
    await expect(start({ security: anonymous })).rejects.toThrow('signalbox token create');
    await expect(start({ insecureAnonymous: true, writableBoard: true })).rejects.toThrow(
      /^writable-board: only an admin/,
    );
  });

  test('asks for a token where there are some', async () => {
    const get = await start({ security });
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/queues')).status).toBe(401);
    expect((await get('/queues', { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });

  test('lets everybody look where its operator insists', async () => {
    const get = await start({ insecureAnonymous: true });
    expect((await get('/queues/api/queues')).status).toBe(200);
  });
});

describe('a server on loopback', () => {
  test('lets nobody look without a token where there are some, and whoever it was said of', async () => {
    const closed = await start({ security }, '127.0.0.1');
    expect((await closed('/queues')).status).toBe(401);
    const proxied = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };
    expect((await closed('/queues/api/queues', proxied)).status).toBe(401);
    const open = await start({ security: { ...security, anonymous: 'viewer' } }, '127.0.0.1');
    expect((await open('/queues')).status).toBe(200);
  });

  test('lets nobody look where only publishers have keys', async () => {
    const publishers = [{ name: 'ci', algorithm: 'hmac-sha256', key: 'env:SIGNALBOX_CI' }];
    const closed = await start({ security: SecuritySchema.parse({ publishers }) }, '127.0.0.1');
    expect((await closed('/queues/api/queues')).status).toBe(401);
  });

  test('does not start without credentials where a proxy passes others on to it', async () => {
    const server = ServerSchema.parse({ trustedProxies: ['127.0.0.1'] });
    await expect(start({ server }, '127.0.0.1')).rejects.toThrow(/^host: .*through a proxy/);
  });

  test('says who may look, and who may change something', async () => {
    const { url, namespace } = testRedis();
    const options = { connection: url, namespace, host: '127.0.0.1', port: 0 };
    for (const [writableBoard, may] of [
      [false, 'may look, and with --writable-board change queues and jobs'],
      [true, 'may look and change queues and jobs'],
    ] as const) {
      const server = await composeServer({ ...options, writableBoard });
      onTestFinished(() => server.close());
      expect(server.access).toBe(
        `Everybody on this machine ${may}: no credentials are configured.`,
      );
    }
  });
});

describe('one client of a server', () => {
  test('may ask as much as was configured', async () => {
    const server = ServerSchema.parse({ rateLimit: { requests: 2, per: '1h', atOnce: 1 } });
    const get = await start({ server }, '127.0.0.1');
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await get('/nowhere')).status);
    expect(statuses).toEqual([404, 404, 429, 429]);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('may not ask without end where nothing was', async () => {
    // No request ages meanwhile, however long this takes.
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const get = await start({}, '127.0.0.1');
    const statuses = new Map<number, number>();
    for (let round = 0; round < 31; round++) {
      const answers = await Promise.all(Array.from({ length: 40 }, () => get('/nowhere')));
      for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(statuses).toEqual(
      new Map([
        [404, 1_200],
        [429, 40],
      ]),
    );
  });
});
