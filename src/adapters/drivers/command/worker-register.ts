import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { thisMachine } from '../process/process-identity.js';

/**
 * Notes that a worker works on this machine, so that whoever takes its work over
 * can tell a call that was made here from one that was made elsewhere.
 */
export function registerWorker(stateDir: string, workerId: string): void {
  try {
    mkdirSync(join(stateDir, 'workers'), { recursive: true, mode: 0o700 });
    writeFileSync(entryOf(stateDir, workerId), thisMachine());
  } catch {
    // A folder that can't be written to is reported by the first call; here it only costs a wait.
  }
}

export async function workedHere(stateDir: string, workerId: string): Promise<boolean> {
  const machine = await readFile(entryOf(stateDir, workerId), 'utf8').catch(() => null);
  return machine === thisMachine();
}

/** A worker's id is free text. */
const entryOf = (stateDir: string, workerId: string): string =>
  join(stateDir, 'workers', createHash('sha256').update(workerId).digest('hex').slice(0, 32));
