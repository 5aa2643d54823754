import { readFileSync } from 'node:fs';

/** A process, told from a later one with the same pid where the system lets us (Linux). */
export interface ProcessMark {
  readonly pid: number;
  /** The clock tick it started at; empty elsewhere than on Linux. */
  readonly started: string;
}

/** `null` when it has ended, a zombie that nobody collects included. */
export function markOf(pid: number): ProcessMark | null {
  if (process.platform !== 'linux') return signalReaches(pid) ? { pid, started: '' } : null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces and brackets, so the fields are counted from its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ended = fields[0] === 'Z' || fields[0] === 'X';
    return ended ? null : { pid, started: fields[19] ?? '' };
  } catch {
    return null;
  }
}

export const stillRuns = (mark: ProcessMark): boolean => markOf(mark.pid)?.started === mark.started;

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
