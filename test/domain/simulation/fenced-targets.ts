import type { TargetId, Version } from '../../../src/domain/model/ids.js';
import type { Evidence } from '../../../src/domain/model/target.js';
import type {
  DriverCall,
  DriverFailure,
  TargetDriver,
  UnsettledCall,
} from '../../../src/domain/ports/target-driver.js';
import { err, ok, type Result } from '../../../src/domain/model/result.js';
import type { Actor, Scheduler } from './scheduler.js';

interface Going {
  readonly call: DriverCall;
  /** Its worker had been superseded before the call came: nobody could have settled it. */
  readonly late: boolean;
  readonly over: AbortController;
}

/**
 * What runs where, by the targets' own record. A call goes on when its worker
 * dies, as a process on another host would, until it ends or is settled.
 */
export class FencedTargets {
  readonly runs = new Map<TargetId, Version | null>();
  readonly violations: string[] = [];
  /** Calls that ended. */
  calls = 0;
  /** Whether targets refuse older fences themselves. */
  readonly #fences: boolean;
  readonly #newestFence: (call: DriverCall) => number;
  readonly #scheduler: Scheduler;
  readonly #going = new Map<TargetId, Going>();
  readonly #seen = new Map<TargetId, number>();

  /** @param newestFence of the call's service */
  constructor(scheduler: Scheduler, fences: boolean, newestFence: (call: DriverCall) => number) {
    this.#scheduler = scheduler;
    this.#fences = fences;
    this.#newestFence = newestFence;
  }

  driver(actor: Actor): TargetDriver {
    const scheduler = this.#scheduler;
    return {
      ...{ kind: 'simulated', fences: this.#fences, removes: true, timeoutMs: 20_000 },
      apply: async (call, signal) => {
        await scheduler.point(actor, `apply ${call.target.id} ${call.version} fence ${call.fence}`);
        const answer = await this.#apply(call, signal);
        await scheduler.point(actor, `applied ${call.target.id}`);
        return answer;
      },
      settle: async (call) => {
        await scheduler.point(actor, `settle ${call.target.id}`);
        return this.#settle(call);
      },
    };
  }

  async #apply(call: DriverCall, signal: AbortSignal): Promise<Result<Evidence, DriverFailure>> {
    const { id } = call.target;
    const name = `${call.action} ${id} ${call.version} by ${call.deploymentId}, fence ${call.fence}`;
    const seen = this.#seen.get(id) ?? 0;
    if (call.fence < seen && this.#fences) return failed('driver/fenced', 'an older fence', false);
    if (call.fence < seen) this.violations.push(`${name} after fence ${seen}`);
    this.#seen.set(id, Math.max(seen, call.fence));
    const before = this.#going.get(id);
    if (before !== undefined) {
      // One that came too late for anybody to settle is ended by the target, if that knows fences.
      if (!before.late || !this.#fences) this.violations.push(`${name} while another was going on`);
      before.over.abort();
    }
    const over = new AbortController();
    const going = { call, over, late: call.fence < this.#newestFence(call) };
    this.#going.set(id, going);
    this.runs.set(id, null);
    const ms = this.#scheduler.one([0, 0, 1, 500, 5_000]);
    if (ms > 0) await this.#scheduler.sleep(ms, AbortSignal.any([signal, over.signal]));
    const displaced = this.#going.get(id) !== going;
    if (!displaced) this.#going.delete(id);
    this.calls += 1;
    if (displaced || signal.aborted || over.signal.aborted) {
      return failed('driver/aborted', 'stopped', true);
    }
    if (this.#scheduler.happens(0.1)) {
      return failed('driver/rejected', `${name} went wrong`, this.#scheduler.happens(0.5));
    }
    this.runs.set(id, call.version);
    return ok({ shown: true });
  }

  /** Ends what an earlier run left going on; not always at once. */
  #settle({ target }: UnsettledCall): number {
    const going = this.#going.get(target.id);
    if (going === undefined) return 0;
    if (this.#scheduler.happens(0.3)) return 500;
    going.over.abort();
    return 1;
  }
}

const failed = (code: DriverFailure['code'], message: string, transient: boolean) =>
  err({ code, message, transient });
