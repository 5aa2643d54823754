import { setTimeout as sleep } from 'node:timers/promises';
import { groupRuns, type ProcessIdentity } from './process-identity.js';

/** How long the kernel may take to carry out a SIGKILL; more only where a disk or a mount hangs. */
const KILL_TAKES_MS = 5_000;

/**
 * Ends a process and its whole group: SIGTERM, the grace, SIGKILL. A grandchild
 * that outlives its parent is ended too. Never signals a process that merely has
 * the pid of an earlier one.
 *
 * @returns whether nothing of it is left
 */
export async function terminate(identity: ProcessIdentity, graceMs: number): Promise<boolean> {
  if (!groupRuns(identity)) return true;
  signalGroup(identity, 'SIGTERM');
  if (await ended(identity, graceMs)) return true;
  signalGroup(identity, 'SIGKILL');
  return ended(identity, KILL_TAKES_MS);
}

/** @returns whether the group ended within the time */
async function ended(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (let pause = 5; groupRuns(identity); pause = Math.min(2 * pause, 100)) {
    const left = until - performance.now();
    if (left <= 0) return false;
    await sleep(Math.min(pause, left));
  }
  return true;
}

function signalGroup(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!groupRuns(identity)) return;
  try {
    process.kill(-identity.pid, signal);
  } catch {
    // It ended meanwhile, or is not ours to signal; whoever waits for its end will see which.
  }
}
