import { readFile } from 'node:fs/promises';

/** The processes that nginx's master has started: workers of this generation and of those that still finish. */
export type Generation = ReadonlySet<string>;

/** `null` where that can't be seen: no pid file was given, nobody runs under it, or this system has no /proc. */
export async function workersOf(pidFile: string | undefined): Promise<Generation | null> {
  if (pidFile === undefined) return null;
  try {
    const master = (await readFile(pidFile, 'utf8')).trim();
    if (!/^\d+$/.test(master)) return null;
    const children = await readFile(`/proc/${master}/task/${master}/children`, 'utf8');
    return new Set(children.split(' ').filter((pid) => pid.trim() !== ''));
  } catch {
    return null;
  }
}

/** Whether the process of the pid file is there; also where it is somebody else's. */
export async function masterRuns(pidFile: string): Promise<boolean> {
  try {
    const master = (await readFile(pidFile, 'utf8')).trim();
    if (!/^[1-9]\d*$/.test(master)) return false;
    process.kill(Number(master), 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether new workers have come and no earlier one takes connections any more.
 * The master lets both accept for a moment, and its workers say in their title
 * when they have stopped to.
 */
export async function hasTakenOver(now: Generation, before: Generation): Promise<boolean> {
  if (![...now].some((pid) => !before.has(pid))) return false;
  const left = [...before].filter((pid) => now.has(pid));
  const titles = await Promise.all(left.map(titleOf));
  return titles.every((title) => title === null || title.includes('is shutting down'));
}

const titleOf = (pid: string): Promise<string | null> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);

/** How many of the earlier processes are still there. */
export const leftOf = (before: Generation, now: Generation): number =>
  [...before].filter((pid) => now.has(pid)).length;
