import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFlagStore } from '../../../src/adapters/flags/flag-store-registry.js';
import { FlagdFileStore } from '../../../src/adapters/flags/flagd-file.store.js';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { environmentName } from '../../../src/domain/model/ids.js';
import { flagKeeperSuite } from '../../suites/flag-keeper.suite.js';
import { aCall, type ByHand, flagStoreSuite } from '../../suites/flag-store.suite.js';
import { testRedis } from '../../support/redis.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const never = new AbortController().signal;
let folder = '';
let made = 0;
const aPath = (): string => join(folder, `${made++}`, 'flags.json');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-flagd-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
async function fileWith(content: unknown): Promise<string> {
  const path = aPath();
  await mkdir(join(path, '..'));
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const pathOf = new Map<FlagdFileStore, string>();

const inFile = async () => {
  const path = aPath();
  const store = new FlagdFileStore(path, systemClock);
  pathOf.set(store, path);
  return store;
};

const handsOn =
  (store: FlagdFileStore): ByHand =>
  async (flag, percent) => {
    const path = pathOf.get(store) ?? '';
    const document = await json(path);
    const on = (percent ?? 0) * 1_000;
    const fractional = [
      ['on', on],
      ['off', 100_000 - on],
    ];
    const { [flag]: theirs, ...others } = document.flags;
    const flags =
      percent === null ? others : { ...others, [flag]: { ...theirs, targeting: { fractional } } };
    await writeFile(path, JSON.stringify({ ...document, flags }));
  };

flagStoreSuite('a flagd file', inFile, handsOn);
flagKeeperSuite('a flagd file', async () => {
  const store = await inFile();
  return { store, keeper: store, byHand: handsOn(store) };
});

describe('a flagd file', () => {
  test('says what flagd wants to know', async () => {
    const path = aPath();
    const store = new FlagdFileStore(path, new VirtualClock(Date.UTC(2026, 0, 1)));
    await store.set(aCall(3), 'ff_api_2.0.0', 0.001, never);

    expect(await json(path)).toEqual({
      $schema: 'https://flagd.dev/schema/v0/flags.json',
      metadata: {
        'signalbox.fence.production/api': 3,
        'signalbox.set': expect.stringMatching(/^ff_api_2\.0\.0=0\.001:[0-9a-f]{16}$/),
      },
      flags: {
        'ff_api_2.0.0': {
          state: 'ENABLED',
          variants: { on: true, off: false },
          defaultVariant: 'off',
          targeting: {
            fractional: [
              ['on', 1],
              ['off', 99_999],
            ],
          },
          metadata: {
            ...{ managedBy: 'signalbox', service: 'api', environment: 'production' },
            ...{ version: '2.0.0', deploymentId: 'dep_0123456789', fence: 3 },
            changedAt: '2026-01-01T00:00:00.000Z',
          },
        },
      },
    });
  });

  test.each([
    [0, 'off'],
    [100, 'on'],
  ])('draws no lots at %d percent: everybody gets "%s"', async (percent, variant) => {
    const path = aPath();
    await new FlagdFileStore(path, systemClock).set(aCall(1), 'ff', percent, never);

    const { ff } = (await json(path)).flags;

    expect(ff).toMatchObject({ defaultVariant: variant });
    expect(ff).not.toHaveProperty('targeting');
  });

  test('keeps what others have in it', async () => {
    const theirs = {
      $evaluators: { staff: { ends_with: [{ var: 'email' }, '@example.com'] } },
      metadata: { team: 'web' },
      flags: { theirs: { state: 'ENABLED', variants: { a: 'x' }, defaultVariant: 'a' } },
    };
    const path = await fileWith(theirs);
    const store = new FlagdFileStore(path, systemClock);
    await store.set(aCall(1), 'ff', 10, never);
    await store.set(aCall(1), 'ff', null, never);

    const metadata = { team: 'web', 'signalbox.fence.production/api': 1 };
    expect(await json(path)).toEqual({ ...theirs, metadata });
    expect(await store.set(aCall(1), 'theirs', 10, never)).toMatchObject({
      error: {
        code: 'flag/rejected',
        message: expect.stringContaining('belongs to somebody else'),
      },
    });
    expect(await store.read('theirs', never)).toMatchObject({ error: { code: 'flag/rejected' } });
  });

  test.each([
    ['its state', { state: 'DISABLED' }, 'switched off (its state is "DISABLED")'],
    ['no state', { state: undefined }, 'switched off (its state is undefined)'],
    ['its default', { defaultVariant: 'on' }, 'changed in defaultVariant'],
    ['its rule', { targeting: { if: [true, 'on'] } }, 'changed in targeting'],
    ['a field of theirs', { $comment: 'mine' }, 'changed in $comment'],
    ['its owner', { metadata: undefined }, 'changed in metadata'],
  ])('is left alone where somebody changed %s, and that is named', async (_, change, found) => {
    const path = aPath();
    const store = new FlagdFileStore(path, systemClock);
    await store.set(aCall(1), 'ff', 10, never);
    const document = await json(path);
    const changed = { ...document, flags: { ff: { ...document.flags.ff, ...change } } };
    await writeFile(path, JSON.stringify(changed));

    expect(await store.set(aCall(1), 'ff', 20, never)).toMatchObject({
      error: { code: 'flag/changed', change: { found } },
    });
    expect((await json(path)).flags.ff).toEqual(JSON.parse(JSON.stringify(changed.flags.ff)));
    const seen = await store.read('ff', never);
    const mark = seen.ok ? seen.value?.mark : undefined;
    expect(await store.set(aCall(1, { overwrites: mark }), 'ff', 20, never)).toMatchObject({
      ok: true,
    });
    expect(await store.read('ff', never)).toMatchObject({ value: { percent: 20 } });
  });

  test('is taken for as we left it where only its layout changed, or an older version set it', async () => {
    const path = aPath();
    const store = new FlagdFileStore(path, systemClock);
    await store.set(aCall(1), 'ff', 10, never);
    const document = await json(path);
    const { ff } = document.flags;
    const turned = Object.fromEntries(Object.entries(ff).toReversed());
    await writeFile(path, JSON.stringify({ flags: { ff: turned }, metadata: document.metadata }));
    expect(await store.set(aCall(1), 'ff', 20, never)).toMatchObject({ ok: true });

    await writeFile(path, JSON.stringify({ flags: { ff } }));
    expect(await store.set(aCall(1), 'ff', 30, never)).toMatchObject({ ok: true });
    await writeFile(path, JSON.stringify({ flags: { ff: { ...ff, state: 'DISABLED' } } }));
    expect(await store.set(aCall(1), 'ff', 40, never)).toMatchObject({
      error: { code: 'flag/changed' },
    });
    await writeFile(path, JSON.stringify({ flags: { ff: 'none' }, metadata: document.metadata }));
    expect(await store.set(aCall(1), 'ff', 40, never)).toMatchObject({
      error: { change: { found: 'no flag any more' } },
    });
  });

  test('shows a percentage that was changed by hand, and is set right again where that is asked for', async () => {
    const path = aPath();
    const store = new FlagdFileStore(path, systemClock);
    await store.set(aCall(1), 'ff', 10, never);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('10000', '25000').replace('90000', '75000'));

    expect(await store.read('ff', never)).toMatchObject({ value: { percent: 25 } });
    await writeFile(path, text.replace('10000', '"many"'));
    expect(await store.read('ff', never)).toMatchObject({ value: { percent: 0 } });
    expect(await store.set(aCall(1, { overwrites: 'any' }), 'ff', 10, never)).toMatchObject({
      value: { changed: true },
    });
    expect(await store.read('ff', never)).toMatchObject({ value: { percent: 10 } });
  });

  test.each(['[]', '3', '{"flags":[]}'])(
    'is left alone when it holds %j, which is no set of flags',
    async (content) => {
      const path = await fileWith(content);
      const store = new FlagdFileStore(path, systemClock);

      expect(await store.set(aCall(1), 'ff', 1, never)).toMatchObject({
        error: { code: 'flag/rejected', transient: false },
      });
      expect(await readFile(path, 'utf8')).toBe(content);
    },
  );

  test('may be read by others, or not, as it was before', async () => {
    const path = aPath();
    const store = new FlagdFileStore(path, systemClock);
    await store.set(aCall(1), 'ff', 1, never);
    expect((await stat(path)).mode & 0o777).toBe(0o644);

    await chmod(path, 0o640);
    await store.set(aCall(1), 'ff', 2, never);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  test('is all that is left behind', async () => {
    const path = aPath();
    const store = new FlagdFileStore(path, systemClock);
    const all = Array.from({ length: 10 }, (_, at) =>
      store.set(aCall(1), `ff-${at}`, 1, new AbortController().signal),
    );
    await Promise.all(all);

    expect(Object.keys((await json(path)).flags)).toHaveLength(10);
    expect(await readdir(join(path, '..'))).toEqual(['flags.json']);
  });

  test('is what a configuration may ask for', async () => {
    const path = aPath();
    const connection = patientConnection(testRedis().url);
    const environment = environmentName('production');
    const place = { redis: connection.client, namespace: 'x', environment };
    await createFlagStore({ kind: 'flagd_file', path }, place)?.set(aCall(1), 'ff', 1, never);
    await connection.close();

    expect(Object.keys((await json(path)).flags)).toEqual(['ff']);
  });
});
