import { setTimeout as sleep } from 'node:timers/promises';
import type { RouterFailure } from '../../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { aborted, failed } from './router-failure.js';

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

type Answer<T> = Promise<Result<T, RouterFailure>>;

/** Gives work one time limit over everything; the work answers `aborted` when its signal aborts. */
export async function within<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Answer<T>,
): Answer<T> {
  if (signal.aborted) return aborted();
  const answer = await work(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  if (answer.ok || answer.error.code !== 'router/aborted' || signal.aborted) return answer;
  return failed('router/timeout', `the router took longer than ${timeoutMs} ms`);
}

/** Looks again and again. @returns whether it was seen in time; looks once at least */
export async function waitUntil(
  seen: () => Answer<boolean>,
  withinMs: number,
  signal: AbortSignal,
): Answer<boolean> {
  const until = performance.now() + withinMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const answer = await seen();
    if (!answer.ok || answer.value) return answer;
    const left = until - performance.now();
    if (left <= 0) return ok(false);
    await sleep(Math.min(pause, left), undefined, { signal }).catch(() => {});
    if (signal.aborted) return aborted();
  }
}
