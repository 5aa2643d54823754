import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FlagdFileStore } from '../../../src/adapters/flags/flagd-file.store.js';
import { withFileLock } from '../../../src/adapters/flags/file-lock.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { aCall } from '../../suites/flag-store.suite.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const never = new AbortController().signal;
let folder = '';
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-flagd-lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const json = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
async function fileWith(content: object): Promise<string> {
  const path = join(folder, `${made++}`, 'flags.json');
  await mkdir(join(path, '..'));
  await writeFile(path, JSON.stringify(content));
  return path;
}

describe('the lock of a flagd file', () => {
  test('keeps others out until the holder is done', async () => {
    const path = await fileWith({ flags: {} });
    const store = new FlagdFileStore(path, systemClock);
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => (finish = resolve));
    const wait = { clock: systemClock, signal: never, waitMs: 60_000 };
    let began: () => void = () => {};
    const inside = new Promise<void>((resolve) => (began = resolve));
    const first = withFileLock(path, wait, () => (began(), held));
    await inside;

    const stop = new AbortController();
    const cut = store.set(aCall(1), 'ff', 1, stop.signal);
    stop.abort();
    const late = new FlagdFileStore(path, new VirtualClock()).set(aCall(1), 'ff', 1, never);

    expect(await cut).toMatchObject({ error: { code: 'flag/aborted' } });
    expect(await late).toMatchObject({ error: { code: 'flag/unreachable', transient: true } });
    expect(await json(path)).toEqual({ flags: {} });
    finish();
    await first;
    expect(await store.set(aCall(1), 'ff', 1, never)).toMatchObject({ ok: true });
  });

  test('is taken over when its holder is dead', async () => {
    const path = await fileWith({ flags: {} });
    await withFileLock(path, { clock: systemClock, signal: never, waitMs: 1 }, async () => {
      const [id, machine, , started] = (await readFile(`${path}.lock`, 'utf8')).split('\n');
      await writeFile(`${path}.lock`, [id, machine, 2 ** 22 + 1, started].join('\n'));
    });
    const store = new FlagdFileStore(path, systemClock);

    expect(await store.set(aCall(1), 'ff', 1, never)).toMatchObject({ ok: true });
    expect(await readdir(join(path, '..'))).toEqual(['flags.json']);
  });

  test('of another machine is taken over only when it is a minute old', async () => {
    const path = await fileWith({ flags: {} });
    await writeFile(`${path}.lock`, 'id\nanother machine\n1\n1');
    const { mtimeMs } = await stat(`${path}.lock`);
    const young = new FlagdFileStore(path, new VirtualClock(mtimeMs));
    const old = new FlagdFileStore(path, new VirtualClock(mtimeMs + 61_000));

    expect(await young.set(aCall(1), 'ff', 1, never)).toMatchObject({
      error: { code: 'flag/unreachable' },
    });
    expect(await old.set(aCall(1), 'ff', 1, never)).toMatchObject({ ok: true });
  });
});
