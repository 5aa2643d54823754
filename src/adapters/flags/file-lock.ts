import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { thisMachine } from '../drivers/process/process-identity.js';
import { markOf, stillRuns } from '../embedded-redis/process-mark.js';
import type { Clock } from '../../domain/ports/clock.js';

const LOOK_AGAIN_MS = 20;
/** A holder on another machine can't be looked after; what it does takes milliseconds. */
const ABANDONED_MS = 60_000;

export interface LockWait {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly waitMs: number;
}

/**
 * Lets one writer at a time work on a file, across processes: those who come
 * meanwhile wait. The lock is `<path>.lock`; one whose holder died is taken over.
 *
 * @returns `null` when it was not had in time, or the signal came first
 */
export async function withFileLock<T>(
  path: string,
  { clock, signal, waitMs }: LockWait,
  work: () => Promise<T>,
): Promise<T | null> {
  const lock = `${path}.lock`;
  const text = [randomUUID(), thisMachine(), process.pid, markOf(process.pid)?.started].join('\n');
  const giveUpAt = clock.now() + waitMs;
  // oxlint-disable no-await-in-loop -- each round looks at what the round before left
  while (!(await createWith(lock, text))) {
    if (signal.aborted || clock.now() >= giveUpAt) return null;
    if (!(await isDead(lock, clock))) await clock.sleep(LOOK_AGAIN_MS, signal);
  }
  // oxlint-enable no-await-in-loop
  try {
    return await work();
  } finally {
    // Taken over by somebody who saw this process as dead, it is no longer ours to remove.
    if ((await textOf(lock)) === text) await rm(lock, { force: true });
  }
}

/** Whoever reads the lock finds all of its text: it is written elsewhere and then linked. */
async function createWith(lock: string, text: string): Promise<boolean> {
  const draft = `${lock}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o644 });
    await link(draft, lock);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Takes the lock of a dead holder away, and puts it back if meanwhile it became somebody's. */
async function isDead(lock: string, clock: Clock): Promise<boolean> {
  const text = await textOf(lock);
  if (text === null) return true;
  if (!(await isAbandoned(lock, text, clock))) return false;
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
    if ((await textOf(aside)) !== text) await link(aside, lock);
  } catch {
    // Somebody else was faster: the next round sees what they left.
  } finally {
    await rm(aside, { force: true });
  }
  return true;
}

async function isAbandoned(lock: string, text: string, clock: Clock): Promise<boolean> {
  const [, machine = '', pid = '', started = ''] = text.split('\n');
  if (machine === thisMachine()) return !stillRuns({ pid: Number(pid), started });
  const since = await stat(lock).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
  return clock.now() - since > ABANDONED_MS;
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
