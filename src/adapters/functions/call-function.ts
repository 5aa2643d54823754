import { err, ok, type Result } from '../../domain/model/result.js';
import { messageOf, saysTransient } from '../drivers/process/driver-failure.js';
import { interruption } from '../drivers/process/interruption.js';

export interface FunctionFailure {
  /** `refused`: it answered false, so nothing came of it. Of the others nobody knows. */
  readonly kind: 'refused' | 'threw' | 'timeout' | 'aborted';
  readonly message: string;
  /** The error says so of itself: `transient: true`. */
  readonly transient: boolean;
}

interface Bounds {
  /** How messages name the function: `the switch function`. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Calls a function of the user's within a time limit. `false` and a throw are
 * refusals. A function that ignores its signal is not waited for.
 */
export async function callFunction<T>(
  call: (signal: AbortSignal) => T | Promise<T>,
  { name, timeoutMs, signal }: Bounds,
): Promise<Result<T, FunctionFailure>> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  if (both.aborted) return aborted(name);
  const { came, forget } = interruption(both, timeoutMs);
  const first = await Promise.race([attempt(call, name, both), came]);
  forget();
  if (first === 'aborted') return aborted(name);
  if (first !== 'timed_out') return first;
  stop.abort();
  return err({
    kind: 'timeout',
    message: `${name} took longer than ${timeoutMs} ms`,
    transient: true,
  });
}

async function attempt<T>(
  call: (signal: AbortSignal) => T | Promise<T>,
  name: string,
  signal: AbortSignal,
): Promise<Result<T, FunctionFailure>> {
  try {
    const answer = await call(signal);
    if (answer === false) {
      return err({ kind: 'refused', message: `${name} answered false`, transient: false });
    }
    return ok(answer);
  } catch (error) {
    if (signal.aborted) return aborted(name);
    const message = `${name} failed: ${messageOf(error)}`;
    return err({ kind: 'threw', message, transient: saysTransient(error) });
  }
}

const aborted = (name: string): Result<never, FunctionFailure> =>
  err({ kind: 'aborted', message: `${name} was told to stop`, transient: true });
