import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told from a later one that was given the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The boot and the clock tick it started at; elsewhere than on Linux the second. */
  readonly startTime: string;
}

interface ProcessStatus {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly zombie: boolean;
  readonly startTime: string;
}

/** `null` when there is no such process; one that has ended and waits to be collected still has a name. */
export function identify(pid: number): ProcessIdentity | null {
  const status = statusOf(pid);
  return status === null ? null : { pid, startTime: status.startTime };
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  const status = statusOf(pid);
  return status !== null && !status.zombie && status.startTime === startTime;
}

/** Whether the process, or anything left of the group that it leads, still runs. */
export function groupRuns({ pid, startTime }: ProcessIdentity): boolean {
  const leader = statusOf(pid);
  // No pid is given out anew while a group is named after it: a stranger here proves that the group is gone.
  if (leader !== null && leader.startTime !== startTime) return false;
  if (leader !== null && !leader.zombie) return true;
  if (!startTime.startsWith(bootId())) return false;
  // Asked first because it is cheap. It counts zombies too, which stay for ever where pid 1 collects none.
  return signalReaches(pid) && hasLivingMember(pid);
}

/** Which machine, boot and pid namespace a pid means something in. */
export function thisMachine(): string {
  return [bootId() === '' ? hostname() : bootId(), pidNamespace()].join(' ');
}

/** What the launcher wrote of itself: its pid, the boot, and its line of /proc or of ps. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const [pid = '', boot = '', stat = ''] = text.split('\n');
  if (!/^\d+$/.test(pid) || stat.trim() === '') return null;
  const startTime = boot === '' ? stat.trim() : (parseStat(stat, boot)?.startTime ?? '');
  return startTime === '' ? null : { pid: Number(pid), startTime };
}

function statusOf(pid: number): ProcessStatus | null {
  if (process.platform !== 'linux') return statusFromPs(pid);
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'), bootId());
  } catch {
    return null;
  }
}

/** The name may hold spaces and brackets, so the fields are counted from its last bracket. */
function parseStat(stat: string, boot: string): ProcessStatus | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent = '', group = '', session = ''] = fields;
  const started = fields[19];
  if (started === undefined) return null;
  return {
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    // A leader shows as ended while its other threads still do, with its files and ports in their hands.
    zombie: state === 'X' || (state === 'Z' && Number(fields[17]) <= 1),
    startTime: `${boot}:${started.trim()}`,
  };
}

function statusFromPs(pid: number): ProcessStatus | null {
  const line = ps(['-o', 'ppid=,pgid=,stat=,lstart=', '-p', String(pid)]).trim();
  const match = /^(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/.exec(line);
  if (match === null) return null;
  const [, parent = '', group = '', state = '', startTime = ''] = match;
  const numbers = { parent: Number(parent), group: Number(group), session: Number(group) };
  return { ...numbers, zombie: state.startsWith('Z'), startTime };
}

export const parentOf = (pid: number): number | null => statusOf(pid)?.parent ?? null;

/** The command line as the process shows it; elsewhere than on Linux in one piece. */
export function argvOf(pid: number): readonly string[] {
  if (process.platform !== 'linux') return [ps(['-o', 'args=', '-p', String(pid)]).trim()];
  const line = textOf(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  return line.split('\0').slice(0, -1);
}

/** The pids of what still runs of the group that this process leads, or has led. */
export const membersOf = (leader: ProcessIdentity): readonly number[] =>
  groupRuns(leader) ? [...livingMembers(leader.pid)] : [];

const hasLivingMember = (group: number): boolean => livingMembers(group).next().done !== true;

function* livingMembers(group: number): Generator<number> {
  if (process.platform !== 'linux') {
    for (const line of ps(['-A', '-o', 'pgid=,pid=,stat=']).split('\n')) {
      const match = /^\s*(\d+)\s+(\d+)\s+[^Z]/.exec(line);
      if (Number(match?.[1]) === group) yield Number(match?.[2]);
    }
    return;
  }
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = statusOf(Number(name));
    if (status === null || status.zombie || status.group !== group) continue;
    if (status.session === group) yield Number(name);
  }
}

function signalReaches(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function ps(args: readonly string[]): string {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

let knownBoot: string | null = null;
function bootId(): string {
  knownBoot ??= textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return knownBoot;
}

const pidNamespace = (): string => textOf(() => readlinkSync('/proc/self/ns/pid'));

function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
