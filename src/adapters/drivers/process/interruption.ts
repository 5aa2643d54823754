/** What cuts work short: being told to stop, or running out of time. */
export interface Interruption {
  readonly came: Promise<'aborted' | 'timed_out'>;
  /** To be called when the work has ended, so that neither a timer nor a listener stays behind. */
  readonly forget: () => void;
}

export function interruption(signal: AbortSignal | undefined, timeoutMs: number): Interruption {
  const forgotten = new AbortController();
  const came = new Promise<'aborted' | 'timed_out'>((resolve) => {
    const timer = setTimeout(() => resolve('timed_out'), timeoutMs);
    forgotten.signal.addEventListener('abort', () => clearTimeout(timer));
    if (signal?.aborted === true) resolve('aborted');
    signal?.addEventListener('abort', () => resolve('aborted'), { signal: forgotten.signal });
  });
  return { came, forget: () => forgotten.abort() };
}
