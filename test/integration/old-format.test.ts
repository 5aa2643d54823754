import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { createProvider } from '../../src/adapters/flags/openfeature-provider.js';
import {
  type Connection,
  patientConnection,
} from '../../src/adapters/redis/connection/connection.js';
import { RedisFreezeStore } from '../../src/adapters/redis/services/freeze-store.redis.js';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import {
  OtherRecordFormat,
  RECORD_FORMAT,
} from '../../src/adapters/redis/connection/record-format.js';
import { RedisReleaseStore } from '../../src/adapters/redis/releases/release-store.redis.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { composeServer } from '../../src/app/server/compose-server.js';
import { createWorker } from '../../src/app/workers/create-worker.js';
import { subscribe } from '../../src/app/session/subscribe.js';
import { DEFAULT_NAMESPACE } from '../../src/contracts/values/namespace.js';
import { PLAN_STATUSES } from '../../src/domain/model/deployment/plan-state.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { dumpKeys } from '../support/dump-keys.js';
import { inProcessCli, type Ran, spawnedCli } from '../support/ran-cli.js';
import { COMMANDS, SOME, WITHOUT_REDIS } from '../support/old-format/commands.js';
import { aFreeze, aRelease } from '../support/old-format/first-records.js';
import { recordsOfFormat1, restoreRecords } from '../support/old-format/restore-records.js';
import { type OwnRedis, startOwnRedis } from '../support/redis.js';

const { prefix, format: formatKey } = keysOf(DEFAULT_NAMESPACE);

let redis: OwnRedis;
let connection: Connection;
/** With a configuration, for the commands that want one. */
let folder: string;
beforeAll(async () => {
  redis = await startOwnRedis();
  connection = patientConnection(redis.url);
  folder = await mkdtemp(join(tmpdir(), 'signalbox-old-format-'));
  const services = { '*': { driver: { kind: 'command', argv: ['true'] }, targets: [{ id: 'a' }] } };
  await writeFile(join(folder, 'signalbox.config.json'), JSON.stringify({ services }));
});
afterAll(async () => {
  await connection.close();
  await redis.dispose();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => connection.client.flushall());

/** Everything in this Redis, whoever's it is. */
const everything = (): Promise<string> => dumpKeys(connection.client, '');

const EARLIER = 1;
/** The same records under every number that is not ours: what they hold is never looked at. */
const OTHERS = [
  ['an earlier', String(EARLIER)],
  ['a later', String(RECORD_FORMAT + 1)],
  ['an unreadable', 'x'],
] as const;

async function holding(format: string): Promise<string> {
  await restoreRecords(connection.client, prefix);
  await connection.client.set(formatKey, format);
  return everything();
}

const sentence = (format: string): string =>
  `Namespace \`signalbox\` in this Redis holds Signalbox records of format ${format}; this version reads and writes format ${RECORD_FORMAT}. Nothing was changed. Use another namespace (SIGNALBOX_NAMESPACE) or an empty Redis, or run the version that wrote the records.`;

const signalbox = (command: string): Promise<Ran> =>
  inProcessCli(command, { redisUrl: redis.url, folder });

const spawned = (command: string): Promise<Ran> =>
  spawnedCli(command, { redisUrl: redis.url, folder });

describe('the dump of format 1', () => {
  test('is restored as it was, and holds deployments in every state and everything beside them', async () => {
    await restoreRecords(connection.client, prefix);

    const kept = recordsOfFormat1().map(({ key, value }) => [`${prefix}:${key}`, value] as const);
    const restored = JSON.parse(await everything()) as [string, unknown][];
    expect(Object.fromEntries(restored)).toEqual(Object.fromEntries(kept));
    const { client } = connection;
    const keys = keysOf(DEFAULT_NAMESPACE);
    expect(await client.get(keys.format)).toBe(String(EARLIER));
    expect(RECORD_FORMAT).toBeGreaterThan(EARLIER);
    const counters = await client.hgetall(keys.counters);
    expect(PLAN_STATUSES.filter((status) => !(Number(counters[status]) > 0))).toEqual([]);
    for (const queue of ['plan', 'execute', 'verify', 'rollback']) {
      expect(await client.llen(`${prefix}:${queue}:wait`)).toBeGreaterThan(0);
    }
  });
});

describe.each(OTHERS)('records of %s format', (_, format) => {
  test('are refused by every command with the reason, and left as they are', async () => {
    const before = await holding(format);

    for (const command of COMMANDS) {
      const ran = await signalbox(command);

      expect({ command, ...ran }).toEqual({
        ...{ command, code: 1, out: '' },
        err: `error: ${sentence(format)}\n`,
      });
    }
    expect(await everything()).toBe(before);
  });

  test('are refused by workers, servers, readers and those who give orders', async () => {
    const before = await holding(format);
    const { url } = redis;
    const producer = createProducer({ connection: url });
    onTestFinished(() => producer.close());
    const { client } = connection;
    const freezes = new RedisFreezeStore(client, DEFAULT_NAMESPACE);
    const releases = new RedisReleaseStore(client, DEFAULT_NAMESPACE);
    const server = { host: '127.0.0.1', port: 0, writableBoard: true };

    const answers = await Promise.allSettled([
      createWorker({ connection: url, config: { services: {} }, log: SILENT }),
      createWorker({ connection: client, config: { services: {} }, log: SILENT }),
      composeServer({ connection: url, namespace: DEFAULT_NAMESPACE, ...server }),
      subscribe({ connection: url, from: 'beginning' }).next(),
      producer.approve(SOME, 'ann'),
      producer.cancel(SOME, 'why', 'ann'),
      producer.promote(SOME, 'ann'),
      producer.pause(SOME, 'why', 'ann'),
      producer.resume(SOME, 'ann'),
      producer.abort(SOME, 'why', 'ann'),
      producer.abort(SOME, 'why', 'ann', { force: true }),
      producer.retry(SOME, 'ann'),
      producer.override(SOME, 'why', 'ann'),
      freezes.put(aFreeze()),
      releases.create(aRelease()),
    ]);

    for (const answer of answers) {
      const reason: unknown = answer.status === 'rejected' ? answer.reason : answer.value;
      expect(reason).toBeInstanceOf(OtherRecordFormat);
      expect(reason).toHaveProperty('message', sentence(format));
    }
    expect(await everything()).toBe(before);
  });

  test('give an application no flags, and the reason', async () => {
    const before = await holding(format);
    const provider = createProvider({ connection: redis.url, initialWaitMs: 500 });
    onTestFinished(() => provider.onClose());

    // On a busy machine the first wait may be over before Redis has answered.
    await vi.waitFor(() => expect(provider.initialize()).rejects.toThrow(sentence(format)), 30_000);

    const resolved = await provider.resolveBooleanEvaluation('ff_new_basket', false, {});
    expect(resolved).toMatchObject({ value: false, errorCode: 'PROVIDER_NOT_READY' });
    expect(await everything()).toBe(before);
  });

  test('do not keep a publisher from adding jobs for the version that works there', async () => {
    const before = await holding(format);
    const producer = createProducer({ connection: redis.url });
    onTestFinished(() => producer.close());

    await producer.deploy({ service: 'api', version: '2.0.0' });
    await producer.execute(SOME);
    await producer.verify(SOME);
    await producer.rollback({ service: 'api' });

    const outsideQueues = (dump: string): readonly [string, unknown][] =>
      (JSON.parse(dump) as [string, unknown][]).filter(
        ([key]) => !/^\{signalbox:0\}:(plan|execute|verify|rollback):/.test(key),
      );
    const after = await everything();
    expect(outsideQueues(after)).toEqual(outsideQueues(before));
    for (const queue of ['plan', 'execute', 'verify', 'rollback']) {
      expect(await connection.client.llen(`${prefix}:${queue}:wait`)).toBe(2);
    }
  });
});

describe('processes of the command line', () => {
  test('end with 1 and one sentence', { timeout: 180_000 }, async () => {
    const before = await holding(String(EARLIER));
    const commands = ['worker', 'server --port 0', 'up --port 0', 'deploy api 2.0.0', 'doctor'];

    for (const command of commands) {
      const refused = { code: 1, out: '', err: `error: ${sentence(String(EARLIER))}\n` };
      expect({ command, ...(await spawned(command)) }).toEqual({ command, ...refused });
    }
    expect(await everything()).toBe(before);
  });
});

describe('the list of commands above', () => {
  test('is complete', async () => {
    const help = async (command: string): Promise<readonly string[]> => {
      const { out } = await signalbox(`${command} --help`);
      const listed = out.slice(out.indexOf('Commands:')).matchAll(/^ {2}([a-z-]+)/gm);
      return [...listed].map(([, name = '']) => name).filter((name) => name !== 'help');
    };
    const names: string[] = [];
    for (const name of await help('')) {
      if (WITHOUT_REDIS.includes(name)) continue;
      const parts = ['release', 'promotion'].includes(name) ? await help(name) : [];
      names.push(...(parts.length === 0 ? [name] : parts.map((part) => `${name} ${part}`)));
    }

    expect(names.length).toBeGreaterThan(30);
    const missing = names.filter(
      (name) => !COMMANDS.some((one) => `${one} `.startsWith(`${name} `)),
    );
    expect(missing).toEqual([]);
  });
});

describe('a namespace that holds nothing yet', () => {
  test('is given the format by whoever writes to it first, and by nobody who only looks', async () => {
    const { client } = connection;

    for (const command of ['status', 'history', 'freezes', 'release list']) {
      expect(await signalbox(command)).toMatchObject({ code: 0, err: '' });
    }
    const producer = createProducer({ connection: redis.url });
    onTestFinished(() => producer.close());
    await expect(producer.approve(SOME, 'ann')).rejects.toThrow(`no deployment ${SOME}`);
    expect(await everything()).toBe('[]');

    await new RedisFreezeStore(client, 'froze').put(aFreeze());
    await new RedisReleaseStore(client, 'released').create(aRelease());
    const host = await createWorker({
      ...{ connection: redis.url, log: SILENT },
      config: { namespace: 'worked', services: {} },
    });
    await host.stop();
    for (const namespace of ['froze', 'released', 'worked']) {
      expect(await client.get(keysOf(namespace).format)).toBe(String(RECORD_FORMAT));
    }
  });
});
