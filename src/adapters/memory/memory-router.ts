import { serviceKey, type ServiceRef, type TargetId } from '../../domain/model/ids.js';
import type { DrainCount, Evidence } from '../../domain/model/target.js';
import type {
  DrainOptions,
  RouteCall,
  RouterFailure,
  SeenTarget,
  SeenTargets,
  TellDrain,
  TrafficRouter,
} from '../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../domain/model/result.js';
import {
  askedShares,
  named,
  nobodyServes,
  seenByTarget,
  targetOf,
} from '../routers/base/asked-shares.js';
import { aborted, failed } from '../routers/base/router-failure.js';
import { sharesOf } from '../routers/base/share-weights.js';
import type { TrafficShares } from '../../domain/model/traffic-shares.js';

/** One call as it was made. */
export interface RouterRequest {
  readonly method: 'shares' | 'look' | 'setShares' | 'drain' | 'ready';
  /** `environment/service` */
  readonly service: string;
  readonly target: TargetId | null;
  readonly shares: TrafficShares | null;
}

/** Asked before each call: a failure is answered instead, and nothing is changed. */
export type RouterFault = (
  request: RouterRequest,
  signal: AbortSignal,
) => RouterFailure | null | Promise<RouterFailure | null>;

export interface MemoryRouterOptions {
  readonly timeoutMs?: number;
  readonly fault?: RouterFault;
  /**
   * When what a drained target was sent before has ended: at once, if not given. What
   * it resolves with is left when the drain is given up.
   */
  readonly whenIdle?: (
    target: TargetId,
    ref: ServiceRef,
    tell: TellDrain,
  ) => Promise<DrainCount | void>;
  /**
   * A target is ready, drained or in maintenance, never two of them, as HAProxy has
   * it: maintenance takes the place of a drain, and a drain does nothing to what is
   * in maintenance. Otherwise they are kept apart, as in nginx.
   */
  readonly oneState?: boolean;
  /** What its own configuration gives each target, on any scale: until shares are set, and again after a restart. All the same, if not given. */
  readonly capacities?: Readonly<Record<string, number>> | undefined;
}

/** All that the router knows of one service. */
interface Routed {
  /** `null` until shares are set: all the same. */
  shares: ReadonlyMap<string, number> | null;
  readonly drained: Set<TargetId>;
  readonly maintained: Set<TargetId>;
  readonly dead: Set<TargetId>;
}

type Answer<T> = Promise<Result<T, RouterFailure>>;

/**
 * The router's whole contract in one process's memory: for tests and for
 * simulation. Until shares are set all targets get the same.
 *
 * The world's own moves are methods too: what a person, a dying process or a
 * restart does to the router. They are no calls, and nothing can refuse them.
 */
export class MemoryRouter implements TrafficRouter {
  readonly kind = 'memory';
  readonly timeoutMs: number;
  /** Every call that was not stopped beforehand, in order. */
  readonly requests: RouterRequest[] = [];
  readonly #fault: RouterFault;
  readonly #whenIdle: NonNullable<MemoryRouterOptions['whenIdle']>;
  readonly #oneState: boolean;
  readonly #capacities: MemoryRouterOptions['capacities'];
  readonly #services = new Map<string, Routed>();

  constructor(options: MemoryRouterOptions = {}) {
    const { timeoutMs = 30_000, fault = () => null, whenIdle = async () => {} } = options;
    this.#oneState = options.oneState === true;
    this.#capacities = options.capacities;
    this.timeoutMs = timeoutMs;
    this.#fault = fault;
    this.#whenIdle = whenIdle;
  }

  /** Another router that knows the same, and answers every call. */
  copy(): MemoryRouter {
    const other = new MemoryRouter({ oneState: this.#oneState, capacities: this.#capacities });
    for (const [key, its] of this.#services) other.#services.set(key, structuredClone(its));
    return other;
  }

  /** Those that get nothing new, whatever their share. */
  drained(ref: ServiceRef): ReadonlySet<TargetId> {
    return this.#of(ref).drained;
  }

  /** A person takes a target out of service. Only `unmaintain` and `ready` end that. */
  maintain(ref: ServiceRef, target: TargetId): void {
    const { drained, maintained } = this.#of(ref);
    maintained.add(target);
    if (this.#oneState) drained.delete(target);
  }

  unmaintain(ref: ServiceRef, target: TargetId): void {
    this.#of(ref).maintained.delete(target);
  }

  /** The target's process ends, and the router's health check sees it. */
  die(ref: ServiceRef, target: TargetId): void {
    this.#of(ref).dead.add(target);
  }

  revive(ref: ServiceRef, target: TargetId): void {
    this.#of(ref).dead.delete(target);
  }

  /** A restart without a state file: all in rotation, equal shares. Who is dead stays dead. */
  forget(ref: ServiceRef): void {
    const routed = this.#of(ref);
    routed.shares = null;
    routed.drained.clear();
    routed.maintained.clear();
  }

  async shares(call: RouteCall, signal: AbortSignal): Answer<TrafficShares> {
    const fault = await this.#meet(call, { method: 'shares' }, signal);
    return fault ?? ok(this.#inForce(call));
  }

  async look(call: RouteCall, signal: AbortSignal): Answer<SeenTargets> {
    const fault = await this.#meet(call, { method: 'look' }, signal);
    return fault ?? ok(seenByTarget(call, this.#seen(call)));
  }

  async setShares(call: RouteCall, shares: TrafficShares, signal: AbortSignal): Answer<Evidence> {
    const fault = await this.#meet(call, { method: 'setShares', shares }, signal);
    if (fault) return fault;
    const asked = askedShares(call, shares);
    if (!asked.ok) return asked;
    const seen = this.#seen(call);
    const isOut = (at: number): boolean => seen[at]?.inRotation !== true || seen[at].heldOut;
    const refused = nobodyServes(call, asked.value, isOut);
    if (refused) return refused;
    // As a real one does that would leave the service without any.
    if (!asked.value.some((share, at) => share > 0 && !isOut(at) && seen[at]?.up === true)) {
      return failed('router/timeout', 'no target that would get traffic is up');
    }
    this.#of(call).shares = new Map(Object.entries(named(call, asked.value)));
    return ok({ shares: JSON.stringify(this.#inForce(call)) });
  }

  async drain(
    call: RouteCall,
    target: TargetId,
    signal: AbortSignal,
    { tell = () => {}, close = false }: DrainOptions = {},
  ): Answer<Evidence> {
    const fault = await this.#meet(call, { method: 'drain', target }, signal);
    if (fault) return fault;
    const known = targetOf(call, target);
    if (!known.ok) return known;
    const { drained, maintained } = this.#of(call);
    if (this.#oneState && close) this.maintain(call, target);
    else if (!this.#oneState || !maintained.has(target)) drained.add(target);
    const left = await unlessStopped(this.#whenIdle(target, call, tell), signal);
    if (left === 'stopped') return aborted();
    return ok({ server: target, state: 'drained', ended: left === undefined, ...left });
  }

  async ready(call: RouteCall, target: TargetId, signal: AbortSignal): Answer<Evidence> {
    const fault = await this.#meet(call, { method: 'ready', target }, signal);
    if (fault) return fault;
    const known = targetOf(call, target);
    if (!known.ok) return known;
    const { drained, maintained, dead } = this.#of(call);
    drained.delete(target);
    maintained.delete(target);
    if (dead.has(target)) return failed('router/timeout', `${target} is not seen up`);
    return ok({ server: target, state: 'ready' });
  }

  #inForce(call: RouteCall): TrafficShares {
    return named(call, sharesOf(this.#seen(call).map(shareInForce)));
  }

  /** A target that was not there when shares were set gets none. */
  #seen(call: RouteCall): readonly SeenTarget[] {
    const { shares, drained, maintained, dead } = this.#of(call);
    const own = (id: TargetId): number => this.#capacities?.[id] ?? 1;
    const set = sharesOf(call.targets.map(({ id }) => (shares ? (shares.get(id) ?? 0) : own(id))));
    return call.targets.map(({ id }, at) => ({
      inRotation: !drained.has(id),
      share: set[at] ?? 0,
      up: !dead.has(id),
      heldOut: maintained.has(id),
      ...(this.#capacities && { capacity: own(id) }),
    }));
  }

  #of(ref: ServiceRef): Routed {
    const key = serviceKey(ref);
    const routed = this.#services.get(key) ?? {
      shares: null,
      drained: new Set(),
      maintained: new Set(),
      dead: new Set(),
    };
    this.#services.set(key, routed);
    return routed;
  }

  async #meet(
    ref: ServiceRef,
    asked: Pick<RouterRequest, 'method'> & Partial<RouterRequest>,
    signal: AbortSignal,
  ): Promise<Result<never, RouterFailure> | null> {
    if (signal.aborted) return aborted();
    const request = { service: serviceKey(ref), target: null, shares: null, ...asked };
    this.requests.push(request);
    const fault = await unlessStopped(this.#fault(request, signal), signal);
    if (fault === 'stopped') return aborted();
    return fault && { ok: false, error: fault };
  }
}

const shareInForce = ({ inRotation, share, up, heldOut }: SeenTarget): number =>
  inRotation && up && !heldOut ? share : 0;

async function unlessStopped<T>(work: T | Promise<T>, signal: AbortSignal): Promise<T | 'stopped'> {
  const over = new AbortController();
  const stopped = new Promise<'stopped'>((resolve) => {
    signal.addEventListener('abort', () => resolve('stopped'), { signal: over.signal });
  });
  return Promise.race([work, stopped]).finally(() => over.abort());
}
