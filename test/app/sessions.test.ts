import { describe, expect, onTestFinished, test } from 'vitest';
import { composeServer } from '../../src/app/server/compose-server.js';
import { openSession } from '../../src/app/session/open-session.js';
import { accessToken, tokenHash } from '../../src/contracts/values/access-token.js';
import { SecuritySchema } from '../../src/contracts/config/security.schema.js';
import { freePort } from '../support/free-port.js';
import { testRedis } from '../support/redis.js';
import { createRedisNode } from '../support/redis-node.js';

const TOKEN = accessToken(new Uint8Array(32).fill(7));
const withRole = (role: string) =>
  SecuritySchema.parse({ tokens: [{ name: 'ann', role, hash: tokenHash(TOKEN) }] });

interface Place {
  readonly url: string;
  readonly namespace: string;
}

async function start({ url, namespace }: Place, security = withRole('admin')) {
  const server = await composeServer({
    ...{ connection: url, namespace, host: '127.0.0.1', port: 0, writableBoard: true, security },
  });
  const { address } = server;
  const post = (path: string, headers: Record<string, string>, body?: URLSearchParams) =>
    fetch(address + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: address, ...headers },
      ...(body && { body }),
    });
  return {
    close: () => server.close(),
    signIn: async () => {
      const answer = await post('/login', {}, new URLSearchParams({ token: TOKEN }));
      return answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    },
    signOut: async (cookie: string) => (await post('/logout', { cookie })).status,
    look: async (cookie: string) =>
      (await fetch(`${address}/queues/api/queues`, { headers: { cookie } })).status,
    token: async () => {
      const headers = { authorization: `Bearer ${TOKEN}` };
      return (await fetch(`${address}/schemas/plan.json`, { headers })).status;
    },
    alive: async () => (await fetch(`${address}/healthz`)).status,
  };
}

describe('a session', () => {
  test('is known to every server, and signed out at one it is out at all, after a restart too', async () => {
    const place = testRedis();
    const [one, other] = [await start(place), await start(place)];
    onTestFinished(() => other.close());
    const cookie = await one.signIn();
    const laptop = await other.signIn();
    expect([await one.look(cookie), await other.look(cookie)]).toEqual([200, 200]);

    expect(await other.signOut(cookie)).toBe(303);
    expect([await one.look(cookie), await other.look(cookie)]).toEqual([401, 401]);
    await one.close();
    const again = await start(place);
    onTestFinished(() => again.close());
    expect([await again.look(cookie), await again.look(laptop)]).toEqual([401, 200]);
  });

  test('is listed and ended from the command line', async () => {
    const place = testRedis();
    const server = await start(place);
    onTestFinished(() => server.close());
    const cookie = await server.signIn();
    const cli = await openSession({ redis: place.url, namespace: place.namespace }, {});
    onTestFinished(() => cli.close());

    const listed = await cli.sessions.list(Date.now());
    expect(listed).toMatchObject([{ name: 'ann', roles: ['admin'], address: '127.0.0.1' }]);
    await cli.sessions.end(listed.map(({ id }) => id));
    expect(await server.look(cookie)).toBe(401);
  });

  test('ends with the role that its token had', async () => {
    const place = testRedis();
    const before = await start(place);
    const cookie = await before.signIn();
    await before.close();
    const after = await start(place, withRole('viewer'));
    onTestFinished(() => after.close());
    expect(await after.look(cookie)).toBe(401);
  });

  test('is refused while Redis is away, and counts again when it is back', async () => {
    const node = await createRedisNode({ port: await freePort() });
    onTestFinished(() => node.dispose());
    await node.start();
    const server = await start({ url: `redis://127.0.0.1:${node.port}`, namespace: 'away' });
    onTestFinished(() => server.close());
    const cookie = await server.signIn();
    expect(await server.look(cookie)).toBe(200);

    node.pause();
    onTestFinished(() => node.resume());
    expect(await server.look(cookie)).toBe(503);
    expect(await server.signOut(cookie)).toBe(503);
    expect(await server.signIn()).toBe('');
    expect([await server.token(), await server.alive()]).toEqual([200, 200]);
    node.resume();
    // What could not be ended in time was ended after all.
    await expect.poll(() => server.look(cookie)).toBe(401);
  });
});
