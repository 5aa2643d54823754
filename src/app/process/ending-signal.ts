/**
 * Aborts on the first signal that asks this process to end; the reason is the
 * signal's name. A second SIGINT or SIGTERM is meant: then the default action
 * ends the process. A terminal that closes and a supervisor may send SIGHUP
 * again, or behind a SIGTERM, and mean the same.
 */
export function endingSignal(): AbortSignal {
  const ending = new AbortController();
  process.on('SIGHUP', () => ending.abort('SIGHUP'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => ending.abort(signal));
  }
  return ending.signal;
}
