import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { RedisFlagStore } from '../../src/adapters/flags/flag-store.redis.js';
import { isOn } from '../../src/contracts/values/flag-bucket.js';
import { environmentName } from '../../src/domain/model/ids.js';
import { aCall } from '../suites/flag-store.suite.js';
import { startOwnRedis, testRedis } from '../support/redis.js';

const EXAMPLE = fileURLToPath(new URL('../../examples/flags/server.mjs', import.meta.url));
const FLAG = 'ff_api_2.0.0';
const USERS = Array.from({ length: 200 }, (_, at) => `user-${at}`);
const environment = environmentName('production');

/** Runs the example until `stop`, which ends well only if the example does. */
async function runExample(env: Record<string, string>) {
  const child = spawn(process.execPath, [EXAMPLE], {
    env: { ...process.env, ...env, PORT: '0', FLAG },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const url = String(line).split(' ').at(-1) ?? '';
  const get = async (path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(new URL(path, url));
    return (await response.json()) as Record<string, unknown>;
  };
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await ended;
    if (code !== 0) throw new Error(`the example ended with ${code}`);
  };
  return { get, page: (user: string) => get(`/page?user=${user}`), stop };
}

describe('the example with flags', () => {
  const { url, namespace } = testRedis();
  const connection = patientConnection(url);
  const store = new RedisFlagStore(connection.client, { namespace, environment });
  let example: Awaited<ReturnType<typeof runExample>>;
  beforeAll(async () => {
    example = await runExample({ REDIS_URL: url, NAMESPACE: namespace });
  });
  afterAll(async () => {
    await example.stop();
    await connection.close();
  });

  const widenTo = async (percent: number): Promise<void> => {
    const done = await store.set(aCall(1), FLAG, percent, new AbortController().signal);
    expect(done).toMatchObject({ ok: true });
  };
  const usersOfB = async (): Promise<readonly string[]> => {
    const pages = await Promise.all(USERS.map((user) => example.page(user)));
    return USERS.filter((_, at) => pages[at]?.['page'] === 'B');
  };

  test('shows page A to everybody while there is no flag', async () => {
    expect(await usersOfB()).toEqual([]);
    expect(await example.get('/nowhere')).toEqual({ error: 'nothing at /nowhere' });
  });

  test.each([10, 50, 100, 0])(
    'shows page B to the users who are on at %d percent',
    async (percent) => {
      await widenTo(percent);

      const expected = USERS.filter((user) => isOn(FLAG, percent, user));
      await vi.waitFor(async () => expect(await usersOfB()).toEqual(expected), { timeout: 20_000 });
      expect(await example.page('user-0')).toMatchObject({ version: '2.0.0' });
      expect(await example.get('/page')).toMatchObject({ page: percent === 100 ? 'B' : 'A' });
    },
  );

  test('runs without Redis, and says so', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    await redis.stop();
    const alone = await runExample({ REDIS_URL: redis.url });

    expect(await alone.page('alice')).toMatchObject({ page: 'A', reason: 'ERROR' });
    expect(await alone.get('/healthz')).toEqual({ flags: 'ERROR' });
    await alone.stop();
  });
});
