import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FlagdFileStore } from '../../../src/adapters/flags/flagd-file.store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { aCall } from '../../suites/flag-store.suite.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const never = new AbortController().signal;
let folder = '';
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-flagd-others-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileWith(content: string): Promise<string> {
  const path = join(folder, `${made++}`, 'flags.json');
  await mkdir(dirname(path));
  await writeFile(path, content);
  return path;
}
const linkTo = async (target: string): Promise<string> => {
  const path = join(folder, `${made++}`, 'flags.json');
  await mkdir(dirname(path));
  await symlink(target, path);
  return path;
};
const flagsIn = async (path: string) => Object.keys(JSON.parse(await readFile(path, 'utf8')).flags);

describe('a flagd file behind a symbolic link', () => {
  test('is written where the link leads to, however long the way, and the link stays', async () => {
    const real = await fileWith('{"flags":{"theirs":{}}}');
    await chmod(real, 0o640);
    const link = await linkTo(await linkTo(real));
    const store = new FlagdFileStore(link, systemClock);

    expect(await store.set(aCall(1), 'ff', 10, never)).toMatchObject({ ok: true });
    expect(await flagsIn(real)).toEqual(['theirs', 'ff']);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await lstat(real)).mode & 0o777).toBe(0o640);
    expect(await readdir(dirname(real))).toEqual(['flags.json']);
    expect(await readdir(dirname(link))).toEqual(['flags.json']);
    expect(await store.read('ff', never)).toMatchObject({ value: { percent: 10 } });
  });

  test('is made where the link leads to', async () => {
    const real = join(folder, `${made++}`, 'deep', 'flags.json');
    const link = await linkTo(real);

    expect(
      await new FlagdFileStore(link, systemClock).set(aCall(1), 'ff', 10, never),
    ).toMatchObject({ ok: true });
    expect(await flagsIn(real)).toEqual(['ff']);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
  });

  test('that leads to itself is refused by name', async () => {
    const path = join(folder, `${made++}`, 'flags.json');
    await mkdir(dirname(path));
    await symlink(path, path);

    expect(
      await new FlagdFileStore(path, systemClock).set(aCall(1), 'ff', 10, never),
    ).toMatchObject({
      error: {
        ...{ code: 'flag/rejected', transient: false },
        message: `the flag file ${path} can't be read or written: its symbolic links lead in a circle (ELOOP)`,
      },
    });
  });
});

describe('a flagd file that somebody is writing', () => {
  test.each(['', '{', '{"flags":{"theirs":{"sta'])(
    'is read again where only %j of it is there',
    async (half) => {
      const path = await fileWith(half);
      const clock = new VirtualClock();
      const store = new FlagdFileStore(path, {
        now: () => clock.now(),
        // The writer is done while we wait.
        sleep: async (ms, signal) => {
          await writeFile(path, '{"flags":{"theirs":{}}}');
          await clock.sleep(ms, signal);
        },
      });

      expect(await store.read('ff', never)).toMatchObject({ ok: true, value: null });
      await writeFile(path, half);
      expect(await store.set(aCall(1), 'ff', 10, never)).toMatchObject({ ok: true });
      expect(await flagsIn(path)).toEqual(['theirs', 'ff']);
    },
  );

  test('is left as it is while it is no JSON, and named; the step tries it again', async () => {
    const path = await fileWith('{"flags":');
    const store = new FlagdFileStore(path, new VirtualClock());

    for (const answer of [await store.read('ff', never), await store.set(aCall(1), 'ff', 1, never)])
      expect(answer).toEqual({
        ok: false,
        error: {
          ...{ code: 'flag/rejected', transient: true },
          message: `the flag file ${path} is no JSON, or only a part of it`,
        },
      });
    expect(await readFile(path, 'utf8')).toBe('{"flags":');
  });
});

test.each([
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567890.123456789',
  '1.0',
  '0.10',
  '1e3',
  '1E+400',
  '-0',
  '"9007199254740993"',
  '"\\"1.0\\\\"',
])('the value %s of somebody else is kept to the digit', async (value) => {
  const theirs = `"variants": {
        "a": ${value},
        "b": [
          ${value},
          {
            "c 1.0": 7
          }
        ]
      }`;
  const path = await fileWith(`{"flags":{"theirs":{${theirs}}},"limit":${value}}`);
  const store = new FlagdFileStore(path, systemClock);
  await store.set(aCall(1), 'ff', 10, never);
  await store.set(aCall(1), 'ff', 20, never);

  const text = await readFile(path, 'utf8');
  expect(text).toContain(theirs);
  expect(text).toContain(`"limit": ${value},`);
});

test('a flagd file that is a folder is said to be unusable', async () => {
  const store = new FlagdFileStore(folder, systemClock);

  expect(await store.read('ff', never)).toMatchObject({
    error: { code: 'flag/rejected', message: expect.stringContaining('it is a folder (EISDIR)') },
  });
});
