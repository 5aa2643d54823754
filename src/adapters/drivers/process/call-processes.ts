import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGuard } from './launcher.js';
import { printable } from './output-tail.js';
import {
  argvOf,
  identify,
  isAlive,
  membersOf,
  parentOf,
  type ProcessIdentity,
} from './process-identity.js';

/** In the environment of everything that a call starts, also of what leaves its process group. */
export const CALL_MARK = 'SIGNALBOX_CALL';

/** A process that a command has left running. */
export interface LeftProcess extends ProcessIdentity {
  readonly parent: number | null;
  /** Its command line, as it shows it itself. */
  readonly command: string;
}

interface Started {
  readonly mark: string;
  readonly group: ProcessIdentity | null;
}

const PAUSE_MS = 50;
const LONGEST_COMMAND = 200;

/**
 * What a call has started and what still runs: its process group, and on Linux
 * also what left that group and shows the call's mark in its environment. Not
 * found is what left the group and runs as another user, or has overwritten its
 * own environment.
 */
export async function processesOf({ mark, group }: Started): Promise<readonly LeftProcess[]> {
  const members = group === null ? [] : membersOf(group);
  const pids = new Set([...members, ...(await markedWith(mark))]);
  const found = [...pids].flatMap((pid): readonly LeftProcess[] => {
    const identity = identify(pid);
    const argv = argvOf(pid);
    if (identity === null || !isAlive(identity) || isGuard(argv)) return [];
    return [{ ...identity, parent: parentOf(pid), command: shown(argv) }];
  });
  return found.toSorted((a, b) => a.pid - b.pid);
}

/** As `processesOf`, once what is about to end has had the time to do so. */
export async function leftRunning({
  until,
  ...started
}: Started & { readonly until: number }): Promise<readonly LeftProcess[]> {
  for (;;) {
    const left = await processesOf(started);
    if (left.length === 0 || performance.now() >= until) return left;
    await sleep(PAUSE_MS);
  }
}

/**
 * Ends what shows the mark: SIGTERM, the grace, SIGKILL.
 *
 * @returns whether nothing of it is left
 */
export async function endMarked(mark: string, graceMs: number): Promise<boolean> {
  const KILL_TAKES_MS = 5_000;
  for (const [signal, withinMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', KILL_TAKES_MS],
  ] as const) {
    for (const left of await processesOf({ mark, group: null })) send(left, signal);
    const until = performance.now() + withinMs;
    const left = await leftRunning({ mark, group: null, until });
    if (left.length === 0) return true;
  }
  return false;
}

function send(left: LeftProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (isAlive(left)) process.kill(left.pid, signal);
  } catch {
    // It ended meanwhile, or is not ours to signal: whoever looks again will see which.
  }
}

async function markedWith(mark: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const marked = pids.map(async (pid) => {
    const variables = (await textOf(`/proc/${pid}/environ`)).split('\0');
    return variables.includes(`${CALL_MARK}=${mark}`) ? [Number(pid)] : [];
  });
  return (await Promise.all(marked)).flat();
}

/** What has ended meanwhile, or belongs to somebody else, has nothing to say. */
const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

function shown(argv: readonly string[]): string {
  const line = printable(argv.join(' ')).replaceAll(/[\n\t]/g, ' ');
  return line.length > LONGEST_COMMAND ? `${line.slice(0, LONGEST_COMMAND)}…` : line;
}
