import { serviceKey } from '../../domain/model/ids.js';
import type { Evidence } from '../../domain/model/target.js';
import type { FlagCall, FlagFailure, FlagState, FlagStore } from '../../domain/ports/flag-store.js';
import type { KeptFlag } from '../../domain/ports/flag-store.js';
import { ok, type Result } from '../../domain/model/result.js';
import { aborted, fenced, foreign, refusalOf } from '../flags/flag-failure.js';
import { ABSENT, leftAlone } from '../flags/left-alone.js';

interface Kept extends FlagState {
  readonly owner: string;
  readonly setBy: FlagCall;
}

/** Flags in one process's memory: for tests, and for library use that need not last. */
export class MemoryFlagStore implements FlagStore {
  readonly kind: string;
  readonly #flags = new Map<string, Kept>();
  readonly #fences = new Map<string, number>();
  /** The marks of what was set, not of what hands made of it. */
  readonly #last = new Map<string, string>();

  /** @param kind how plans and evidence name the store */
  constructor(kind = 'memory') {
    this.kind = kind;
  }

  async read(flag: string, signal: AbortSignal): Promise<Result<FlagState | null, FlagFailure>> {
    const refusal = refusalOf(flag, null, signal);
    if (refusal) return refusal;
    const kept = this.#flags.get(flag);
    if (kept === undefined) return ok(null);
    const { percent, version, owner } = kept;
    return ok({ flag, percent, version, owner, mark: markOf(kept) });
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
    const isGone = percent === null && before === undefined;
    const found = (): string => (before === undefined ? 'deleted' : `at ${before.percent}%`);
    const last = this.#last.get(flag) ?? null;
    const left = isGone ? null : leftAlone(flag, call, { mark: markOf(before), last, found });
    if (left) return left;
    this.#fences.set(owner, call.fence);
    const { version } = call;
    const kept = percent === null ? undefined : { flag, percent, version, owner, setBy: call };
    const mark = markOf(kept);
    if (kept === undefined) this.#forget(flag);
    else this.#keep(kept, mark);
    const changed =
      percent === null
        ? before !== undefined
        : before?.percent !== percent || before.version !== version;
    return ok({ store: this.kind, flag, percent, version, changed, mark });
  }

  async list(signal: AbortSignal): Promise<Result<readonly KeptFlag[], FlagFailure>> {
    if (signal.aborted) return aborted('flags');
    const flags = [...this.#flags.values()].map((kept): KeptFlag => {
      const { service, environment, deploymentId, version } = kept.setBy;
      const setBy = { service, environment, deploymentId, version };
      return { flag: kept.flag, percent: kept.percent, ...setBy, since: null, mark: markOf(kept) };
    });
    return ok(flags);
  }

  /** Changes a flag as a person does, who asks nobody; `null` deletes it. */
  changeByHand(flag: string, percent: number | null): void {
    const kept = this.#flags.get(flag);
    if (percent === null) this.#flags.delete(flag);
    else if (kept !== undefined) this.#flags.set(flag, { ...kept, percent });
  }

  #keep(kept: Kept, mark: string): void {
    this.#flags.set(kept.flag, kept);
    this.#last.set(kept.flag, mark);
  }

  #forget(flag: string): void {
    this.#flags.delete(flag);
    this.#last.delete(flag);
  }
}

const markOf = (kept: Kept | undefined): string =>
  kept === undefined ? ABSENT : JSON.stringify([kept.percent, kept.version, kept.owner]);
