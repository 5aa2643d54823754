import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pidsIn } from '../cgroup/call-cgroup.js';
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

/** By what all that a call starts is found. */
export interface CallMark {
  /** In the environment of all of it. */
  readonly mark: string;
  /** In which all of it is; `null` where none could be made. */
  readonly cgroup: string | null;
}

/** Of a command that only looks, and comes too often for a control group. */
export const markAlone = (): CallMark => ({ mark: randomUUID(), cgroup: null });

interface Started extends CallMark {
  readonly group: ProcessIdentity | null;
}

const PAUSE_MS = 50;
const LONGEST_COMMAND = 200;

/**
 * What a call has started and what still runs: its process group, and on Linux
 * also what left that group, and is in the call's control group or shows its mark
 * in the environment. Not found, without a control group, is what left the group
 * and runs as another user, or has overwritten its own environment.
 */
export async function processesOf({
  mark,
  cgroup,
  group,
}: Started): Promise<readonly LeftProcess[]> {
  const members = group === null ? [] : membersOf(group);
  const [inside, marked] = await Promise.all([pidsIn(cgroup), markedWith(mark)]);
  const pids = new Set([...members, ...inside, ...marked]);
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

export interface Ended {
  /** What ran on beside the process group, by now ended or not. */
  readonly found: readonly LeftProcess[];
  /** What could not be ended. */
  readonly left: readonly LeftProcess[];
}

/** Ends what is found of a call: SIGTERM, the grace, SIGKILL. */
export async function endMarked({ mark, cgroup }: CallMark, graceMs: number): Promise<Ended> {
  const KILL_TAKES_MS = 5_000;
  const started = { mark, cgroup, group: null };
  const found = new Map<number, LeftProcess>();
  let left: readonly LeftProcess[] = [];
  for (const [signal, withinMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', KILL_TAKES_MS],
  ] as const) {
    for (const each of await processesOf(started)) {
      found.set(each.pid, each);
      send(each, signal);
    }
    left = await leftRunning({ ...started, until: performance.now() + withinMs });
    if (left.length === 0) break;
  }
  return { found: [...found.values()], left };
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
