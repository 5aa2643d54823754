import { Queue } from 'bullmq';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { composeServer } from '../../src/app/server/compose-server.js';
import { SecuritySchema } from '../../src/contracts/config/security.schema.js';
import { accessToken, tokenHash } from '../../src/contracts/values/access-token.js';
import { ROLES } from '../../src/domain/security/roles.js';
import { testRedis } from '../support/redis.js';

/** What Bull Board's page makes buttons of. */
const QueuesView = z.object({
  queues: z.array(
    z.object({
      readOnlyMode: z.boolean(),
      allowRetries: z.boolean(),
      allowCompletedRetries: z.boolean(),
    }),
  ),
});

async function startBoard(writableBoard: boolean) {
  const { url, namespace } = testRedis();
  const server = await composeServer({
    ...{ connection: url, namespace, host: '127.0.0.1', port: 0 },
    ...{ writableBoard, security: withTokens },
  });
  onTestFinished(() => server.close());
  const plan = new Queue('plan', { connection: { url }, prefix: `{${namespace}:0}` });
  onTestFinished(() => plan.close());
  return {
    call: (
      path: string,
      method = 'GET',
      { body, ...headers }: Readonly<Record<string, string>> = {},
    ): Promise<Response> =>
      fetch(`${server.address}${path}`, { method, headers, ...(body && { body }) }),
    as: (role: string) => ({ authorization: `Bearer ${TOKENS[role] ?? ''}` }),
    waiting: () => plan.getWaitingCount(),
  };
}

const TOKENS = Object.fromEntries(
  ROLES.map((role, n) => [role, accessToken(new Uint8Array(32).fill(n + 1))]),
);
const withTokens = SecuritySchema.parse({
  tokens: ROLES.map((role) => ({ name: role, role, hash: tokenHash(TOKENS[role] ?? '') })),
  anonymous: 'viewer',
});

describe('the buttons of the board', () => {
  test.each([
    { writableBoard: false, changers: [] },
    { writableBoard: true, changers: ['admin'] },
  ])(
    'are there for who may press them, with a writable board $writableBoard',
    async ({ writableBoard, changers }) => {
      const { call, as } = await startBoard(writableBoard);
      const list = '/queues/api/queues?activeQueue=plan&status=latest&page=1&jobsPerPage=10';
      for (const who of [...ROLES, null]) {
        const headers = who === null ? {} : as(who);
        const { queues } = QueuesView.parse(await (await call(list, 'GET', headers)).json());
        const shown = queues.map(({ readOnlyMode, allowRetries, allowCompletedRetries }) => ({
          ...{ readOnlyMode, allowRetries, allowCompletedRetries },
        }));
        const can = who !== null && changers.includes(who);
        const each = { readOnlyMode: !can, allowRetries: can, allowCompletedRetries: can };
        expect([who, shown]).toEqual([who, [each, each, each, each]]);
        for (const button of ['plan/pause', 'pause', 'plan/clean/wait', 'plan/resume', 'resume']) {
          const { ok, status } = await call(`/queues/api/queues/${button}`, 'PUT', headers);
          expect([who, button, ok], String(status)).toEqual([who, button, can]);
        }
      }
    },
  );

  test('do not leak from one request to another that is answered at the same time', async () => {
    const { call, as } = await startBoard(true);
    const list = '/queues/api/queues?activeQueue=plan&status=latest&page=1&jobsPerPage=10';
    const asked = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const who = n % 2 === 0 ? 'admin' : 'viewer';
        const { queues } = QueuesView.parse(await (await call(list, 'GET', as(who))).json());
        return queues.every(({ readOnlyMode }) => readOnlyMode === (who === 'viewer'));
      }),
    );
    expect(asked).toEqual(asked.map(() => true));
  });

  test('that need a body work for an admin', async () => {
    const { call, as, waiting } = await startBoard(true);
    const add = (who: string) =>
      call('/queues/api/queues/plan/add', 'POST', {
        ...as(who),
        'content-type': 'application/json',
        body: JSON.stringify({ name: 'plan-deployment', data: { schema: 1 }, options: {} }),
      });
    expect((await add('viewer')).status).toBe(403);
    expect((await add('admin')).status).toBe(200);
    expect(await waiting()).toBe(1);
  });
});
