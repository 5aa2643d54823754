import type { Evidence } from '../../domain/model/target.js';
import type { Result } from '../../domain/model/result.js';
import type { FlagCall, FlagFailure, FlagState, FlagStore } from '../../domain/ports/flag-store.js';
import { aborted, rejected, unreachable } from '../flags/flag-failure.js';
import { MemoryFlagStore } from '../memory/memory-flags.js';
import { callFunction, type FunctionFailure } from './call-function.js';

/** What a flag function is told besides the flag and its percentage. */
export interface FlagContext extends Omit<FlagCall, 'fence'> {
  /** Aborts when the deployment is stopped or the time is up. */
  readonly signal: AbortSignal;
}

/**
 * Lets this percentage of the users, 0 to 100, see what the flag guards; `null`
 * takes the flag away. `false` or a throw is a failure.
 */
export type FlagFunction = (
  flag: string,
  percent: number | null,
  context: FlagContext,
) => boolean | void | Promise<boolean | void>;

export interface FunctionFlagsOptions {
  /** The longest one call of the function may take, in milliseconds; 30 seconds where not given. */
  readonly timeoutMs?: number;
}

/** Lets a plain function set flags. What was set is remembered here. */
export class FunctionFlagStore implements FlagStore {
  readonly kind = 'function';
  readonly #set: FlagFunction;
  readonly #timeoutMs: number;
  readonly #memory = new MemoryFlagStore(this.kind);

  constructor(set: FlagFunction, { timeoutMs = 30_000 }: FunctionFlagsOptions = {}) {
    this.#set = set;
    this.#timeoutMs = timeoutMs;
  }

  read(flag: string, signal: AbortSignal): Promise<Result<FlagState | null, FlagFailure>> {
    return this.#memory.read(flag, signal);
  }

  async set(
    call: FlagCall,
    flag: string,
    percent: number | null,
    signal: AbortSignal,
  ): Promise<Result<Evidence, FlagFailure>> {
    const before = await this.#memory.read(flag, signal);
    // Nobody can see what others made of a flag that a function sets.
    const blind = { ...call, overwrites: 'any' };
    const answer = await this.#memory.set(blind, flag, percent, signal);
    if (!answer.ok || answer.value['changed'] === false) return answer;
    const { fence: _, ...context } = call;
    const told = await callFunction(
      (stop) => this.#set(flag, percent, { ...context, signal: stop }),
      { name: 'the flag function', timeoutMs: this.#timeoutMs, signal },
    );
    if (told.ok) return answer;
    // Nothing came of it: the flag counts as what it was.
    const was = before.ok ? before.value : null;
    const again = { ...blind, version: was?.version ?? call.version };
    await this.#memory.set(again, flag, was?.percent ?? null, new AbortController().signal);
    return flagFailure(flag, told.error);
  }
}

function flagFailure(
  flag: string,
  { kind, message, transient }: FunctionFailure,
): Result<never, FlagFailure> {
  if (kind === 'aborted') return aborted(flag);
  return transient ? unreachable(message) : rejected(message);
}
