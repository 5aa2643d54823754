import type { RouterFailure } from '../../../domain/ports/traffic-router.js';
import type { Result } from '../../../domain/model/result.js';
import { aborted } from './router-failure.js';

/** The end of the last work on each file; of this process, since a service is changed by one worker at a time. */
const lines = new Map<string, Promise<unknown>>();

/**
 * One after the other for each file: targets are drained and made ready side by
 * side, and each change is made of what the one before it has written. Who is
 * stopped while it waits does not wait on.
 */
export async function inTurn<T>(
  file: string,
  signal: AbortSignal,
  work: () => Promise<Result<T, RouterFailure>>,
): Promise<Result<T, RouterFailure>> {
  const before = lines.get(file) ?? Promise.resolve();
  const begun = new AbortController();
  const answer = before.then(() => {
    begun.abort();
    return signal.aborted ? aborted() : work();
  });
  const ended = Promise.allSettled([answer]);
  lines.set(file, ended);
  void ended.then(() => lines.get(file) === ended && lines.delete(file));
  const stopped = new Promise<Result<T, RouterFailure>>((resolve) => {
    signal.addEventListener('abort', () => resolve(aborted()), { signal: begun.signal });
  });
  return Promise.race([answer, stopped]);
}
