import { serviceKey, type ServiceRef, type TargetId } from '../../domain/ids.js';
import type { Evidence } from '../../domain/plan/target.js';
import type {
  RouteCall,
  RouterFailure,
  TrafficRouter,
  TrafficShares,
} from '../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../domain/result.js';
import { askedShares, named, nobodyServes, targetOf } from '../routers/asked-shares.js';
import { aborted } from '../routers/router-failure.js';
import { sharesOf } from '../routers/share-weights.js';

/** One call as it was made. */
export interface RouterRequest {
  readonly method: 'shares' | 'setShares' | 'drain' | 'ready';
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
  /** When what a drained target was sent before has ended: at once, if not given. */
  readonly whenIdle?: (target: TargetId, ref: ServiceRef) => Promise<void>;
}

type Answer<T> = Promise<Result<T, RouterFailure>>;

/**
 * The router's whole contract in one process's memory: for tests and for
 * simulation. Until shares are set all targets get the same.
 */
export class MemoryRouter implements TrafficRouter {
  readonly kind = 'memory';
  readonly timeoutMs: number;
  /** Every call that was not stopped beforehand, in order. */
  readonly requests: RouterRequest[] = [];
  readonly #fault: RouterFault;
  readonly #whenIdle: NonNullable<MemoryRouterOptions['whenIdle']>;
  readonly #shares = new Map<string, ReadonlyMap<string, number>>();
  readonly #drained = new Map<string, Set<TargetId>>();

  constructor(options: MemoryRouterOptions = {}) {
    const { timeoutMs = 30_000, fault = () => null, whenIdle = async () => {} } = options;
    this.timeoutMs = timeoutMs;
    this.#fault = fault;
    this.#whenIdle = whenIdle;
  }

  /** Those that get nothing new, whatever their share. */
  drained(ref: ServiceRef): ReadonlySet<TargetId> {
    return this.#drainedOf(ref);
  }

  async shares(call: RouteCall, signal: AbortSignal): Answer<TrafficShares> {
    const fault = await this.#meet(call, { method: 'shares' }, signal);
    return fault ?? ok(this.#inForce(call));
  }

  async setShares(call: RouteCall, shares: TrafficShares, signal: AbortSignal): Answer<Evidence> {
    const fault = await this.#meet(call, { method: 'setShares', shares }, signal);
    if (fault) return fault;
    const asked = askedShares(call, shares);
    if (!asked.ok) return asked;
    const drained = this.#drainedOf(call);
    const refused = nobodyServes(call, asked.value, (at) => {
      const target = call.targets[at];
      return target !== undefined && drained.has(target.id);
    });
    if (refused) return refused;
    this.#shares.set(serviceKey(call), new Map(Object.entries(named(call, asked.value))));
    return ok({ shares: JSON.stringify(this.#inForce(call)) });
  }

  async drain(call: RouteCall, target: TargetId, signal: AbortSignal): Answer<Evidence> {
    const fault = await this.#meet(call, { method: 'drain', target }, signal);
    if (fault) return fault;
    const known = targetOf(call, target);
    if (!known.ok) return known;
    this.#drainedOf(call).add(target);
    const idle = await unlessStopped(this.#whenIdle(target, call), signal);
    if (idle === 'stopped') return aborted();
    return ok({ server: target, state: 'drained', ended: true });
  }

  async ready(call: RouteCall, target: TargetId, signal: AbortSignal): Answer<Evidence> {
    const fault = await this.#meet(call, { method: 'ready', target }, signal);
    if (fault) return fault;
    const known = targetOf(call, target);
    if (!known.ok) return known;
    this.#drainedOf(call).delete(target);
    return ok({ server: target, state: 'ready' });
  }

  /** A target that was not there when shares were set gets none. */
  #inForce(call: RouteCall): TrafficShares {
    const set = this.#shares.get(serviceKey(call));
    const drained = this.#drainedOf(call);
    const weights = call.targets.map(({ id }) =>
      drained.has(id) ? 0 : set ? (set.get(id) ?? 0) : 1,
    );
    return named(call, sharesOf(weights));
  }

  #drainedOf(ref: ServiceRef): Set<TargetId> {
    const drained = this.#drained.get(serviceKey(ref)) ?? new Set();
    this.#drained.set(serviceKey(ref), drained);
    return drained;
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

async function unlessStopped<T>(work: T | Promise<T>, signal: AbortSignal): Promise<T | 'stopped'> {
  const over = new AbortController();
  const stopped = new Promise<'stopped'>((resolve) => {
    signal.addEventListener('abort', () => resolve('stopped'), { signal: over.signal });
  });
  return Promise.race([work, stopped]).finally(() => over.abort());
}
