import { serviceKey } from '../../domain/model/ids.js';
import type { Evidence } from '../../domain/model/target.js';
import type { FlagCall, FlagFailure, FlagState, FlagStore } from '../../domain/ports/flag-store.js';
import { ok, type Result } from '../../domain/model/result.js';
import { fenced, foreign, refusalOf } from '../flags/flag-failure.js';

interface Kept extends FlagState {
  readonly owner: string;
}

/** Flags in one process's memory: for tests, and for library use that need not last. */
export class MemoryFlagStore implements FlagStore {
  readonly kind: string;
  readonly #flags = new Map<string, Kept>();
  readonly #fences = new Map<string, number>();

  /** @param kind how plans and evidence name the store */
  constructor(kind = 'memory') {
    this.kind = kind;
  }

  async read(flag: string, signal: AbortSignal): Promise<Result<FlagState | null, FlagFailure>> {
    const refusal = refusalOf(flag, null, signal);
    if (refusal) return refusal;
    const kept = this.#flags.get(flag);
    return ok(kept ? { flag, percent: kept.percent, version: kept.version } : null);
  }

  async set(
    call: FlagCall,
    flag: string,
    percent: number | null,
    signal: AbortSignal,
  ): Promise<Result<Evidence, FlagFailure>> {
    const refusal = refusalOf(flag, percent, signal);
    if (refusal) return refusal;
    const owner = serviceKey(call);
    const seen = this.#fences.get(owner) ?? 0;
    if (call.fence < seen) return fenced(flag, call.fence, seen);
    const before = this.#flags.get(flag);
    if (before && before.owner !== owner) return foreign(flag, before.owner);
    this.#fences.set(owner, call.fence);
    const { version } = call;
    if (percent === null) this.#flags.delete(flag);
    else this.#flags.set(flag, { flag, percent, version, owner });
    const changed =
      percent === null
        ? before !== undefined
        : before?.percent !== percent || before.version !== version;
    return ok({ store: this.kind, flag, percent, version, changed });
  }
}
