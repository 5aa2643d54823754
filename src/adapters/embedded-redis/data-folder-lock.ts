import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markOf, type ProcessMark, stillRuns } from './process-mark.js';

const LOCK = 'signalbox-redis.lock';

export interface DataFolderLock {
  /** From now on the folder is taken until this process has ended too. */
  addHolder(pid: number): Promise<void>;
  /** Synchronous, so that it can run in an exit handler. */
  release(): void;
}

/**
 * Two Redis servers that append to one file destroy it.
 *
 * @throws Error naming the folder and the pid when the folder is in use
 */
export async function lockDataFolder(dataDir: string): Promise<DataFolderLock> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, LOCK);
  const id = randomUUID();
  const self = markOf(process.pid) ?? { pid: process.pid, started: '' };
  await take(path, textOf(id, [self]), dataDir);
  return {
    addHolder: async (pid) => {
      const server = markOf(pid);
      // Redis first: its pid is the one to name to somebody who finds the folder taken.
      const holders = server === null ? [self] : [server, self];
      await replace(path, textOf(id, holders));
    },
    release: () => {
      if (readText(path).startsWith(id)) rmSync(path, { force: true });
    },
  };
}

async function take(path: string, text: string, dataDir: string): Promise<void> {
  for (;;) {
    // oxlint-disable no-await-in-loop -- each round looks at what the round before left
    if (await createWith(path, text)) return;
    const found = await readFile(path, 'utf8').catch(() => '');
    const holder = holdersIn(found).find(stillRuns);
    if (holder !== undefined) {
      throw new Error(
        `the data folder ${dataDir} is in use by the Redis server of pid ${holder.pid}: ` +
          'stop that one first, or name another folder',
      );
    }
    await clear(path, found);
    // oxlint-enable no-await-in-loop
  }
}

/** Takes a dead lock away, and puts it back if meanwhile it became somebody's. */
async function clear(path: string, dead: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readFile(aside, 'utf8')) !== dead) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

/** Whoever reads the file finds all of its text: it is written elsewhere and then linked. */
async function createWith(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  await rename(draft, path);
}

const textOf = (id: string, holders: readonly ProcessMark[]): string =>
  [id, ...holders.map(({ pid, started }) => `${pid} ${started}`), ''].join('\n');

function holdersIn(text: string): readonly ProcessMark[] {
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const [pid = '', started = ''] = line.split(' ');
      return { pid: Number(pid), started };
    });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
