import type { Version } from '../../domain/model/ids.js';
import type { Evidence, Target } from '../../domain/model/target.js';
import type { DriverCall, DriverFailure, TargetDriver } from '../../domain/ports/target-driver.js';
import { ok, type Result } from '../../domain/model/result.js';
import { failed, messageOf, saysTransient } from './process/driver-failure.js';
import { interruption } from './process/interruption.js';

/** What a deploy function is told besides the target and the version. */
export interface DeployContext extends Omit<DriverCall, 'target' | 'version'> {
  /** Aborts when the deployment is stopped or the time is up: stop, and let what you started end. */
  readonly signal: AbortSignal;
}

type DeployAnswer = boolean | Evidence | void;

/**
 * Makes the target run the version. `false` or a throw is a failure, anything else
 * a success; after an error that says `transient: true` the call is repeated.
 */
export type DeployFunction = (
  target: Target,
  version: Version,
  context: DeployContext,
) => DeployAnswer | Promise<DeployAnswer>;

export interface DeployFnOptions {
  /** In milliseconds; 15 minutes where not given. */
  readonly timeoutMs?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Where the function leaves its mark at the target as its last deed: reads that mark. */
  readonly observe?: NonNullable<TargetDriver['observe']>;
}

/** Lets a plain function put versions on targets. */
export function deployFn(
  fn: DeployFunction,
  { timeoutMs = 900_000, now = Date.now, observe }: DeployFnOptions = {},
): TargetDriver {
  const running = new Map<Promise<unknown>, { call: DriverCall; stop: AbortController }>();
  return {
    kind: 'deploy_fn',
    fences: false,
    removes: false,
    timeoutMs,
    async apply(call, signal) {
      const stop = new AbortController();
      const both = AbortSignal.any([signal, stop.signal]);
      if (both.aborted) return failed('driver/aborted', 'stopped before it began');
      const work = perform(fn, call, both);
      running.set(work, { call, stop });
      void work.finally(() => running.delete(work));
      return firstOf(work, { both, stop, timeoutMs });
    },
    async settle(call) {
      const here = [...running].filter(([, one]) => isSame(one.call, call));
      for (const [, { stop }] of here) stop.abort();
      // A function can be asked to end and not be made to.
      if (here.length > 0) return (await endsWithin(1_000, here)) ? 0 : 1_000;
      return call.calledAt === null ? 0 : Math.max(0, call.calledAt + timeoutMs - now());
    },
    ...(observe && { observe }),
  };
}

type Answer = Result<Evidence, DriverFailure>;

async function perform(fn: DeployFunction, call: DriverCall, signal: AbortSignal): Promise<Answer> {
  const { target, version, ...context } = call;
  if (version === null) {
    return failed(
      'driver/misconfigured',
      'a deploy function can put a version, and not remove one',
    );
  }
  try {
    const answer = await fn(target, version, { ...context, signal });
    if (answer === false) return failed('driver/rejected', 'the deploy function answered false');
    return ok(typeof answer === 'object' ? answer : {});
  } catch (error) {
    if (signal.aborted) return failed('driver/aborted', messageOf(error));
    return failed('driver/rejected', messageOf(error), { transient: saysTransient(error) });
  }
}

interface Limits {
  readonly both: AbortSignal;
  readonly stop: AbortController;
  readonly timeoutMs: number;
}

/** Does not wait for a function that ignores its signal; `settle` will. */
async function firstOf(work: Promise<Answer>, { both, stop, timeoutMs }: Limits): Promise<Answer> {
  const { came, forget } = interruption(both, timeoutMs);
  const first = await Promise.race([work, came]);
  forget();
  if (typeof first === 'object') return first;
  if (first === 'aborted') return failed('driver/aborted', 'the deploy function was told to stop');
  stop.abort();
  return failed('driver/timeout', `the deploy function took longer than ${timeoutMs} ms`);
}

const isSame = (a: DriverCall, b: DriverCall): boolean =>
  a.target.id === b.target.id && a.service === b.service && a.environment === b.environment;

async function endsWithin(
  ms: number,
  works: readonly (readonly [Promise<unknown>, unknown])[],
): Promise<boolean> {
  const { came, forget } = interruption(undefined, ms);
  const ended = Promise.all(works.map(([work]) => work)).then(() => true);
  const first = await Promise.race([ended, came]);
  forget();
  return first === true;
}
