import { expect, onTestFinished, test } from 'vitest';
import { composeServer } from '../../src/app/server/compose-server.js';
import { openSession } from '../../src/app/session/open-session.js';
import { SecuritySchema } from '../../src/contracts/config/security.schema.js';
import { accessToken, tokenHash } from '../../src/contracts/values/access-token.js';
import { startRedisWithUsers } from '../support/redis-users.js';

const NAMESPACE = 'users-sign-in';

test('the generated users sign people in and out, list who is signed in, and end it', async () => {
  const redis = await startRedisWithUsers(NAMESPACE);
  const admin = await openSession({ redis: redis.urlOf('admin'), namespace: NAMESPACE }, {});
  onTestFinished(() => admin.close());
  const token = accessToken(new Uint8Array(32).fill(7));
  const tokens = [{ name: 'ann', role: 'viewer', hash: tokenHash(token) }];
  const server = await composeServer({
    connection: redis.urlOf('board'),
    namespace: NAMESPACE,
    ...{ host: '127.0.0.1', port: 0, writableBoard: false },
    security: SecuritySchema.parse({ tokens }),
  });
  onTestFinished(() => server.close());
  const headers = { origin: server.address };
  const post = (path: string, more: object = {}, body: object = {}) =>
    fetch(server.address + path, {
      ...{ method: 'POST', redirect: 'manual', headers: { ...headers, ...more }, ...body },
    });
  const signIn = async () => {
    const answer = await post('/login', {}, { body: new URLSearchParams({ token }) });
    return answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  };
  const look = async (cookie: string) =>
    (await fetch(`${server.address}/queues`, { headers: { cookie } })).status;

  const [one, other] = [await signIn(), await signIn()];
  expect([await look(one), await look(other)]).toEqual([200, 200]);
  await post('/logout', { cookie: one });
  const left = await admin.sessions.list(Date.now());
  expect(left).toHaveLength(1);
  await admin.sessions.end(left.map(({ id }) => id));
  expect([await look(one), await look(other)]).toEqual([401, 401]);
  // BullMQ would note its version whenever a queue is opened, and does without.
  const refused = (await redis.refusals()).filter((each) => !/:meta$|client\|list$/.test(each));
  expect(refused).toEqual([]);
});
