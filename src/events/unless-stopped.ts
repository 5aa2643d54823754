/** What the work comes to; nothing at once when the signal aborts, as Redis may be away. */
export function unlessStopped<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stopped = (): void => resolve(undefined);
    signal.addEventListener('abort', stopped, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stopped));
  });
}
