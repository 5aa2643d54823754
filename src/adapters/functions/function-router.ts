import { type ServiceRef, serviceKey, type TargetId } from '../../domain/model/ids.js';
import { ok, type Result } from '../../domain/model/result.js';
import type { Evidence } from '../../domain/model/target.js';
import { sameShares, type TrafficShares } from '../../domain/model/traffic-shares.js';
import type {
  RouteCall,
  RouterFailure,
  RouterFailureCode,
  SeenTargets,
  TrafficRouter,
} from '../../domain/ports/traffic-router.js';
import { MemoryRouter } from '../memory/memory-router.js';
import { inTurn } from '../routers/base/in-turn.js';
import { failed } from '../routers/base/router-failure.js';
import { callFunction, type FunctionFailure } from './call-function.js';

/** What a router function is told besides the shares. */
export interface RouteContext extends ServiceRef {
  /** Aborts when the deployment is stopped or the time is up. */
  readonly signal: AbortSignal;
}

/**
 * Makes the traffic be so: the share of each target by its id, from 0 to 1; all 0
 * where nobody may get anything. Told of every change, drained targets with 0.
 * `false` or a throw is a failure, and nothing counts as changed.
 */
export type RouteFunction = (
  shares: TrafficShares,
  context: RouteContext,
) => boolean | void | Promise<boolean | void>;

export interface FunctionRouterOptions {
  /** The longest one call of the function may take, in milliseconds; 30 seconds where not given. */
  readonly timeoutMs?: number;
  /** How messages name the function. */
  readonly name?: string;
}

type Answer<T> = Promise<Result<T, RouterFailure>>;

let made = 0;

/** Lets a plain function move the traffic. What is set is remembered here; the function is told what comes of it. */
export class FunctionRouter implements TrafficRouter {
  readonly kind = 'function';
  readonly timeoutMs: number;
  readonly uncounted = true;
  readonly #route: RouteFunction;
  readonly #name: string;
  readonly #memory = new MemoryRouter();
  /** Services of which the function was told something without an answer: what is so there nobody knows. */
  readonly #unsure = new Set<string>();
  /** One after the other for each service: the last that was told is what is so. */
  readonly #line = `function-router-${++made}`;

  constructor(route: RouteFunction, options: FunctionRouterOptions = {}) {
    const { timeoutMs = 30_000, name = 'the router function' } = options;
    this.#route = route;
    this.#name = name;
    this.timeoutMs = timeoutMs;
  }

  shares(call: RouteCall, signal: AbortSignal): Answer<TrafficShares> {
    return this.#memory.shares(call, signal);
  }

  look(call: RouteCall, signal: AbortSignal): Answer<SeenTargets> {
    return this.#memory.look(call, signal);
  }

  setShares(call: RouteCall, shares: TrafficShares, signal: AbortSignal): Answer<Evidence> {
    return this.#change(call, signal, (router) => router.setShares(call, shares, signal));
  }

  /** What the target was sent before can't be seen: the function may wait for its end. */
  async drain(call: RouteCall, target: TargetId, signal: AbortSignal): Answer<Evidence> {
    const done = await this.#change(call, signal, (router) => router.drain(call, target, signal));
    return done.ok ? ok({ ...done.value, ended: null }) : done;
  }

  ready(call: RouteCall, target: TargetId, signal: AbortSignal): Answer<Evidence> {
    return this.#change(call, signal, (router) => router.ready(call, target, signal));
  }

  /** Tried on a copy first: the function is told before anything counts. */
  #change(
    call: RouteCall,
    signal: AbortSignal,
    change: (router: MemoryRouter) => Answer<Evidence>,
  ): Answer<Evidence> {
    return inTurn(`${this.#line} ${serviceKey(call)}`, signal, async () => {
      const copy = this.#memory.copy();
      const before = await inForce(copy, call);
      const tried = await change(copy);
      if (!tried.ok) return tried;
      const after = await inForce(copy, call);
      if (!sameShares(before, after) || this.#unsure.has(serviceKey(call))) {
        const told = await this.#tell(call, after, signal);
        if (!told.ok) return told;
      }
      return change(this.#memory);
    });
  }

  async #tell(ref: ServiceRef, shares: TrafficShares, signal: AbortSignal): Answer<null> {
    const { service, environment } = ref;
    const key = serviceKey(ref);
    this.#unsure.add(key);
    const told = await callFunction(
      (stop) => this.#route(shares, { service, environment, signal: stop }),
      { name: this.#name, timeoutMs: this.timeoutMs, signal },
    );
    if (told.ok || told.error.kind === 'refused') this.#unsure.delete(key);
    return told.ok ? ok(null) : routerFailure(told.error);
  }
}

function routerFailure({
  kind,
  message,
  transient,
}: FunctionFailure): Result<never, RouterFailure> {
  const code = kind === 'threw' && transient ? 'router/unreachable' : CODES[kind];
  return failed(code, message, transient);
}

const CODES: Readonly<Record<FunctionFailure['kind'], RouterFailureCode>> = {
  refused: 'router/rejected',
  threw: 'router/rejected',
  timeout: 'router/timeout',
  aborted: 'router/aborted',
};

const NEVER = new AbortController().signal;

async function inForce(router: MemoryRouter, call: RouteCall): Promise<TrafficShares> {
  const answer = await router.shares(call, NEVER);
  return answer.ok ? answer.value : {};
}
