import { readFileSync } from 'node:fs';

/** What a target itself wrote down of one call, outside Redis: a line of JSON, as `signalbox doctor --audit` reads it. */
export interface LedgerEntry {
  /** `refused`: the call had an older fence than the target has seen, and nothing was done. */
  readonly phase: 'begin' | 'end' | 'refused';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly environment: string;
  readonly service: string;
  readonly target: string;
  readonly version: string | null;
  readonly action: 'deploy' | 'rollback';
  readonly deploymentId: string;
  readonly fence: number;
  readonly worker: string;
}

/** Lines of JSON; the last one may be torn where the writer was killed. */
export function readLines(path: string): readonly unknown[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as unknown);
}

/**
 * The services among these on which an effect began that was late, or while
 * another deployment was at work. Where targets cannot fence, nothing stops
 * the call of a worker that was frozen just before it made it.
 */
export function overtakenServices(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  const found = new Set<string>();
  const newest = new Map<string, LedgerEntry>();
  const open = new Map<string, Map<string, LedgerEntry>>();
  for (const entry of entries) {
    const { service, target, phase, deploymentId, fence } = entry;
    const busy = open.get(service) ?? new Map<string, LedgerEntry>();
    open.set(service, busy);
    if (phase === 'end') busy.delete(target);
    if (phase !== 'begin') continue;
    const last = newest.get(service);
    const crossed = [...busy.values()].some((other) => other.deploymentId !== deploymentId);
    if (crossed || (last && last.fence > fence)) found.add(service);
    if (!last || fence >= last.fence) newest.set(service, entry);
    busy.set(target, entry);
  }
  return found;
}
