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
  const [state = '', , group = '', session = ''] = fields;
  const started = fields[19];
  if (started === undefined) return null;
  return {
    group: Number(group),
    session: Number(session),
    // A leader shows as ended while its other threads still do, with its files and ports in their hands.
    zombie: state === 'X' || (state === 'Z' && Number(fields[17]) <= 1),
    startTime: `${boot}:${started.trim()}`,
  };
}

function statusFromPs(pid: number): ProcessStatus | null {
  const line = ps(['-o', 'pgid=,stat=,lstart=', '-p', String(pid)]).trim();
  const match = /^(\d+)\s+(\S+)\s+(.+)$/.exec(line);
  if (match === null) return null;
  const [, group = '', state = '', startTime = ''] = match;
  return { group: Number(group), session: Number(group), zombie: state.startsWith('Z'), startTime };
}

function hasLivingMember(group: number): boolean {
  if (process.platform !== 'linux') {
    const lines = ps(['-A', '-o', 'pgid=,stat=']).split('\n');
    return lines.some((line) => new RegExp(`^\\s*${group}\\s+[^Z]`).test(line));
  }
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const status = statusOf(Number(name));
    return status !== null && !status.zombie && status.group === group && status.session === group;
  });
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
