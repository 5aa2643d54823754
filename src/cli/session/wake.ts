/** Resolves after `ms`, or at once when the signal aborts; never rejects. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Wake().wait(ms, signal);
}

/** A pause that can be cut short; a ring while nobody waits cuts the next one. */
export class Wake {
  #ringing = false;
  #resume: (() => void) | null = null;

  ring(): void {
    this.#ringing = true;
    this.#resume?.();
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#ringing && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const resume = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', resume);
          resolve();
        };
        const timer = setTimeout(resume, Math.max(0, ms));
        this.#resume = resume;
        signal.addEventListener('abort', resume, { once: true });
      });
    }
    this.#resume = null;
    this.#ringing = false;
  }
}

const FOREVER_MS = 2 ** 31 - 1;

/**
 * What the work comes to; `null` so many milliseconds after the signal aborts.
 * Then nobody hears of its failure either.
 */
export async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  graceMs = 0,
): Promise<T | null> {
  const over = new AbortController();
  const late = async (): Promise<null> => {
    await sleep(FOREVER_MS, AbortSignal.any([signal, over.signal]));
    await sleep(graceMs, over.signal);
    return null;
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    over.abort();
    work.catch(() => {});
  }
}
