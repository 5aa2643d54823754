import { systemClock } from '../../adapters/system/system-clock.js';

/** What is under way when a signal comes has this long to come to its end. */
const STOPPING_MS = 2_000;
/** Connections are closed within this time, or left to the end of the process. */
const CLOSING_MS = 5_000;

/** What was being opened; nothing where a signal came first, and it is not there shortly after. */
export async function openedInTime<T>(
  opening: Promise<T>,
  interrupted: AbortSignal,
): Promise<T | undefined> {
  const over = new AbortController();
  const either = AbortSignal.any([interrupted, over.signal]);
  const late = async (): Promise<undefined> => {
    await aborted(either);
    await systemClock.sleep(STOPPING_MS, over.signal);
  };
  try {
    return await Promise.race([opening, late()]);
  } finally {
    over.abort();
    opening.catch(() => {});
  }
}

/** Waits for what is being closed, as Redis may be what has gone: not for ever. */
export async function closedInTime(closing: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([closing, systemClock.sleep(CLOSING_MS, over.signal)]);
  } finally {
    over.abort();
    closing.catch(() => {});
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
