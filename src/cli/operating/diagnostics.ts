import type { Diagnosis } from '../../domain/ports/diagnosis.js';
import { durationText } from '../text/time-text.js';

/** Something to know or to repair; what is `bad` makes the doctor exit with 1. */
export interface Diagnostic {
  readonly level: 'bad' | 'warn';
  readonly text: string;
}

/** Deadlines and windows go by the workers' clocks, leases by that of Redis. */
const SKEW_MS = 5_000;
/** The rescuer looks every second: what is overdue for this long nobody looks after. */
const OVERDUE_MS = 30_000;

/** What is wrong with a Redis, and with the work in it, in sentences that say what to do. */
export function diagnosticsOf({ redis, work }: Diagnosis): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const bad = (text: string): number => found.push({ level: 'bad', text });
  const warn = (text: string): number => found.push({ level: 'warn', text });
  const { evictionPolicy, appendOnly, appendFsync, clockAheadMs, roundTripMs, role } = redis;
  if (evictionPolicy !== null && evictionPolicy !== 'noeviction') {
    bad(`maxmemory-policy is ${evictionPolicy}, which throws deployments away: set noeviction`);
  }
  if (role !== 'master') bad(`this Redis is a ${role}: it may be behind, and takes no writes`);
  if (!appendOnly) {
    warn('appendonly is off: a crash of Redis loses everything since its last snapshot');
  } else if (appendFsync !== null && appendFsync !== 'always') {
    warn(
      `appendfsync is ${appendFsync}: a crash of its machine loses the last writes, a second’s or more`,
    );
  }
  if (Math.abs(clockAheadMs) > SKEW_MS + roundTripMs) {
    const side = clockAheadMs > 0 ? 'ahead of' : 'behind';
    warn(`its clock is ${durationText(Math.abs(clockAheadMs))} ${side} the one here`);
  }
  const { memoryBytes, memoryLimitBytes: limit } = redis;
  if (limit > 0 && memoryBytes > 0.8 * limit) {
    const used = Math.round((100 * memoryBytes) / limit);
    warn(`${used} % of its memory is used: when it is full, nothing can be written any more`);
  }
  if (work.overdueMs > OVERDUE_MS) {
    const since = durationText(work.overdueMs);
    bad(
      `${work.overdue} deployments are overdue, the first for ${since}: no worker looks after them`,
    );
  }
  if (work.due > 0 && work.workers === 0) bad('work is owed, and no worker is connected');
  else if (work.due > 0 && work.leader === null)
    warn('work is owed, and no worker leads: is one starting?');
  return found;
}
