import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Disturbable } from './faulty-line.js';
import type { Doom } from './mortal.js';

/** A place for a worker process, and who has it. */
export interface Seat {
  readonly line: Disturbable;
  readonly url: string;
  child: ChildProcess | null;
  state: 'starting' | 'ready' | 'frozen' | 'dead';
  /** How long it is to stand still. */
  frozenMs: number;
}

/** How long a worker that is to stand still between two calls is given to make one. */
const COMES_TO_IT_MS = 2_000;

/** It stands still, or has died, or has had its time. */
export async function cameToIt(child: ChildProcess): Promise<void> {
  const heard = new Promise<void>((resolve) => {
    child.once('message', () => resolve());
    child.once('exit', () => resolve());
  });
  await Promise.race([heard, delay(COMES_TO_IT_MS)]);
}

export function tell(child: ChildProcess, what: { shift: number } | { doom: Doom | null }): void {
  if (child.connected) child.send(what, () => {});
}
