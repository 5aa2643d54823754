import { MemoryFlagStore } from '../../../../src/adapters/memory/memory-flags.js';
import { MemoryRouter } from '../../../../src/adapters/memory/memory-router.js';
import type { TargetId, Version } from '../../../../src/domain/ids.js';
import type { Evidence, Target } from '../../../../src/domain/plan/target.js';
import type { Clock } from '../../../../src/domain/ports/clock.js';
import type {
  DriverCall,
  DriverFailure,
  TargetDriver,
  TargetObservation,
  UnsettledCall,
} from '../../../../src/domain/ports/target-driver.js';
import type {
  RouteCall,
  RouterFailure,
  TrafficShares,
} from '../../../../src/domain/ports/traffic-router.js';
import { err, ok, type Result } from '../../../../src/domain/result.js';
import { API } from '../../../support/fixtures.js';

/** How often each thing goes wrong, 0 to 1; half of the failures are in passing. */
export interface Trouble {
  readonly deploy: number;
  readonly rollback: number;
  readonly check: number;
  readonly router: number;
  readonly flags: number;
  readonly metrics: number;
  /** Longest driver call, in milliseconds. */
  readonly slow: number;
}

interface Going {
  readonly call: DriverCall;
  readonly over: AbortController;
}

const never = new AbortController().signal;

/**
 * The places that a service runs in, with their own record of what was done to
 * them: what they run, who is at them, whom the router sends traffic. They judge
 * by themselves whether a floor was crossed or two were at one target at once.
 */
export class Yard {
  readonly targets: readonly Target[];
  readonly runs = new Map<TargetId, Version | null>();
  /** What the last call that came to its end left there; one that is cut short leaves it as it is. */
  readonly marks = new Map<TargetId, TargetObservation>();
  readonly violations: string[] = [];
  readonly router = new MemoryRouter();
  readonly flags = new MemoryFlagStore();
  readonly routed: boolean;
  trouble: Trouble | null = null;
  /** Of the deployment that has the slot. */
  floorOf: (deployment: string | null) => number = () => 0;
  /** Whether a check of this deployment has found it bad: nothing is lost when it is taken out. */
  foundBad: (deployment: string | null, target: TargetId) => boolean = () => false;
  holder: () => string | null = () => null;
  readonly #clock: Clock;
  readonly #chance: () => number;
  readonly #going = new Map<TargetId, Going>();
  readonly #fences = new Map<TargetId, number>();
  /** Who left it serving nobody, because its call failed. */
  readonly #broken = new Map<TargetId, string>();
  #shares: TrafficShares = {};

  constructor(targets: readonly Target[], routed: boolean, clock: Clock, chance: () => number) {
    this.targets = targets;
    this.routed = routed;
    this.#clock = clock;
    this.#chance = chance;
  }

  get routes(): RouteCall {
    return { ...API, targets: this.targets };
  }

  /** What a fault of this likelihood comes to: nothing, a failure in passing, or one for good. */
  fault(likelihood: number): 'passing' | 'lasting' | null {
    if (this.#chance() >= likelihood) return null;
    return this.#chance() < 0.5 ? 'passing' : 'lasting';
  }

  chance(): number {
    return this.#chance();
  }

  /** Does something to the router, and looks what it left. */
  async routing<T>(
    what: string,
    act: () => Promise<Result<T, RouterFailure>>,
  ): Promise<Result<T, RouterFailure>> {
    const fault = this.trouble === null ? null : this.fault(this.trouble.router);
    const before = this.#serving(this.holder());
    // A call whose answer is lost took effect all the same.
    const answer = fault === null || this.#chance() < 0.3 ? await act() : null;
    await this.look();
    this.#judge(what, before);
    if (fault === null && answer !== null) return answer;
    const transient = fault === 'passing';
    return err({
      code: transient ? 'router/unreachable' : 'router/rejected',
      message: 'trouble',
      transient,
    });
  }

  async look(): Promise<void> {
    const read = await this.router.shares(this.routes, never);
    if (read.ok) this.#shares = read.value;
  }

  get shares(): TrafficShares {
    return this.#shares;
  }

  async apply(call: DriverCall, signal: AbortSignal): Promise<Result<Evidence, DriverFailure>> {
    const { id } = call.target;
    const name = `${call.action} ${id} ${call.version} by ${call.deploymentId}`;
    const seen = this.#fences.get(id) ?? 0;
    if (call.fence < seen) return failed('driver/fenced', 'an older fence', false);
    this.#fences.set(id, call.fence);
    if (this.#going.has(id)) this.violations.push(`${name} while another call was going on`);
    if (this.routed && !this.router.drained(API).has(id)) {
      this.violations.push(`${name} before it was drained`);
    }
    const before = this.#serving(call.deploymentId);
    const over = new AbortController();
    this.#going.set(id, { call, over });
    this.#judge(name, before, call.deploymentId);

    const { slow = 0, deploy = 0, rollback = 0 } = this.trouble ?? {};
    const ms = slow === 0 ? 0 : Math.floor(this.#chance() * slow);
    if (ms > 0) await this.#clock.sleep(ms, AbortSignal.any([signal, over.signal]));
    this.#going.delete(id);
    if (signal.aborted || over.signal.aborted) {
      this.runs.set(id, null);
      this.#broken.set(id, call.deploymentId);
      return failed('driver/aborted', 'stopped', true);
    }
    const fault = this.fault(call.action === 'deploy' ? deploy : rollback);
    if (fault !== null) {
      this.runs.set(id, null);
      this.#broken.set(id, call.deploymentId);
      return failed('driver/rejected', `${name} went wrong`, fault === 'passing');
    }
    this.runs.set(id, call.version);
    this.#broken.delete(id);
    const { version, deploymentId, fence } = call;
    this.marks.set(id, { version, deploymentId, fence });
    return ok({ shown: true });
  }

  /** Ends what an earlier run left going on. */
  settle({ target }: UnsettledCall): number {
    this.#going.get(target.id)?.over.abort();
    return this.#going.has(target.id) ? 1 : 0;
  }

  /** Those that have traffic and can take it; what an earlier deployment broke is not held against this one. */
  #serving(deployment: string | null): number {
    return this.targets.filter(({ id }) => {
      const broken = this.#broken.get(id);
      if (broken !== undefined && broken !== deployment) return true;
      if (this.#going.has(id) || broken !== undefined || this.foundBad(deployment, id))
        return false;
      return !this.routed || (this.#shares[id] ?? 0) > 0;
    }).length;
  }

  #judge(what: string, before: number, deployment = this.holder()): void {
    const after = this.#serving(deployment);
    const floor = this.floorOf(deployment);
    if (after < before && after < floor) {
      this.violations.push(`${what} left ${after} to serve, ${floor} must`);
    }
  }
}

const failed = (code: DriverFailure['code'], message: string, transient: boolean) =>
  err({ code, message, transient });

export const driverOf = (yard: Yard, removes: boolean): TargetDriver => ({
  kind: 'yard',
  fences: true,
  removes,
  timeoutMs: 20_000,
  apply: (call, signal) => yard.apply(call, signal),
  settle: async (call) => yard.settle(call),
  // Some drivers can see what is at a target, and some can not.
  ...(removes && { observe: async ({ target }) => yard.marks.get(target.id) ?? null }),
});
