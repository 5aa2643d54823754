import type { HaproxyRouterSpec } from '../../../contracts/config/router.schema.js';
import type { TargetId } from '../../../domain/model/ids.js';
import type { DrainCount, Evidence, Target } from '../../../domain/model/target.js';
import type {
  RouteCall,
  RouterFailure,
  TellDrain,
  TrafficRouter,
} from '../../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { askedShares, named, seenByTarget, targetOf } from '../base/asked-shares.js';
import { haproxyBackend, type HaproxyBackend, weightInForce } from './haproxy-backend.js';
import { setState } from './haproxy-commands.js';
import { type AskHaproxy, haproxyConnection } from './haproxy-connection.js';
import { seenServers } from './haproxy-seen.js';
import { moveWeights } from './haproxy-weights.js';
import { failed } from '../base/router-failure.js';
import { routerName } from '../base/router-names.js';
import { sharesOf } from '../base/share-weights.js';
import { waitUntil, within } from '../base/waiting.js';
import type { TrafficShares } from '../../../domain/model/traffic-shares.js';

const UNTOLD: TellDrain = () => {};

type Answer<T> = Promise<Result<T, RouterFailure>>;

/** One backend of one HAProxy. */
export interface PlaceSpec extends HaproxyRouterSpec {
  readonly socket: string;
  readonly backend: string;
}

/**
 * Moves traffic by the weights and states of a backend's servers.
 *
 * What a share of 0 and a drained server mean, as measured with 2.6: in `mode
 * http` every request is given out anew, so requests on kept client connections
 * go elsewhere at once, and the connections kept to the server just lie idle
 * (`http-reuse` of any kind, `option prefer-last-server` included). Who persists
 * by cookie or stick table is still let through, by weight 0 as by `drain`; only
 * `drainState: maint` turns those away. In `mode tcp` a connection stays where it
 * is, and draining waits for its end.
 *
 * A reload starts with the weights of the configuration, and leaves requests in
 * flight to the old process, where draining does not see them.
 *
 * @throws TypeError for a socket that is no address
 */
export function haproxyPlace(spec: PlaceSpec): TrafficRouter {
  const ask = haproxyConnection(spec.socket, spec.timeout);
  const timeoutMs = 2 * spec.timeout + Math.max(spec.drainTimeout, spec.readyTimeout);
  const on = <T>(
    call: RouteCall,
    signal: AbortSignal,
    work: (backend: HaproxyBackend, signal: AbortSignal) => Answer<T>,
  ): Answer<T> =>
    within(timeoutMs, signal, async (bounded) => {
      const backend = backendOf(spec, ask, call);
      return backend.ok ? work(backend.value, bounded) : backend;
    });

  return {
    kind: spec.kind,
    timeoutMs,
    drainMs: spec.drainTimeout,
    ...(spec.persistent === 'end' && { persistentGraceMs: spec.persistentGrace }),
    shares: (call, signal) =>
      on(call, signal, (backend, bounded) => shares(backend, call, bounded)),
    look: (call, signal) =>
      on(call, signal, async (backend, bounded) => {
        const view = await backend.look(bounded);
        if (!view.ok) return view;
        return ok(seenByTarget(call, seenServers(view.value, spec.drainState)));
      }),
    counts: (call, signal) =>
      on(call, signal, async (backend, bounded) => {
        const view = await backend.look(bounded);
        if (!view.ok) return view;
        const given = view.value.servers.map((server) => server.given);
        return ok(named(call, given));
      }),
    setShares: async (call, asked, signal) => {
      const wanted = askedShares(call, asked);
      if (!wanted.ok) return wanted;
      return on(call, signal, (backend, bounded) =>
        moveWeights({ backend, call, shares: wanted.value, upWithinMs: spec.timeout }, bounded),
      );
    },
    drain: (call, target, signal, { tell = UNTOLD, close = false } = {}) =>
      ofTarget(call, target, (its) =>
        on(call, signal, (backend, bounded) =>
          drain({ spec, backend, call }, { target: its, tell, close }, bounded),
        ),
      ),
    ready: (call, target, signal) =>
      ofTarget(call, target, (its) =>
        on(call, signal, (backend, bounded) => ready({ spec, backend, call }, its, bounded)),
      ),
  };
}

interface Surroundings {
  readonly spec: PlaceSpec;
  readonly backend: HaproxyBackend;
  readonly call: RouteCall;
}

function backendOf(
  spec: PlaceSpec,
  ask: AskHaproxy,
  call: RouteCall,
): Result<HaproxyBackend, RouterFailure> {
  const backend = routerName(spec.backend, call, call.targets[0]);
  if (!backend.ok) return backend;
  const { targets } = call;
  return haproxyBackend(ask, backend.value, { ref: call, targets, template: spec.server });
}

async function ofTarget<T>(
  call: RouteCall,
  id: TargetId,
  work: (target: Target) => Answer<T>,
): Answer<T> {
  const target = targetOf(call, id);
  return target.ok ? work(target.value) : target;
}

/** Of all that the backend sends anywhere, servers that are no targets of ours included. */
async function shares(
  backend: HaproxyBackend,
  call: RouteCall,
  signal: AbortSignal,
): Answer<TrafficShares> {
  const seen = await backend.look(signal);
  if (!seen.ok) return seen;
  const { servers, strangers } = seen.value;
  return ok(named(call, sharesOf([...servers, ...strangers].map(weightInForce))));
}

/**
 * HAProxy has a forced drain or forced maintenance, never both, and the later takes
 * the place of the earlier: a server in maintenance is out of service already, and
 * left as it is. Who sets it between the look and the order loses it.
 */
async function drain(
  { spec, backend, call }: Surroundings,
  { target, tell, close }: { target: Target; tell: TellDrain; close: boolean },
  signal: AbortSignal,
): Answer<Evidence> {
  const startedAt = performance.now();
  const name = backend.nameOf(target);
  const at = call.targets.indexOf(target);
  const before = await backend.look(signal);
  if (!before.ok) return before;
  const maintained = before.value.servers[at]?.admin.forcedMaintenance === true;
  const state = maintained || close ? 'maint' : spec.drainState;
  const ordered = maintained ? ok(null) : await backend.order(setState(name, state), signal);
  if (!ordered.ok) return ordered;
  let count: DrainCount = { left: 0, of: 'requests' };
  const ended = await waitUntil(
    async () => {
      const seen = await backend.look(signal);
      if (!seen.ok) return seen;
      const server = seen.value.servers[at];
      count = { left: server?.sessions ?? 0, of: server?.counts ?? 'requests' };
      tell(count);
      return ok(server?.outOfService === true && count.left === 0);
    },
    spec.drainTimeout,
    signal,
  );
  if (!ended.ok) return ended;
  const server = `${name.backend}/${name.server}`;
  // Nothing is done to what is closed: what it was sent goes on.
  if (!ended.value && !close && spec.drainTimeoutIs === 'fail') {
    const still = `${server} still has ${count.left} ${count.of} after ${spec.drainTimeout} ms`;
    return failed('router/timeout', still);
  }
  const waitedMs = Math.round(performance.now() - startedAt);
  return ok({ server, state, ended: ended.value, ...count, waitedMs });
}

async function ready(
  { spec, backend, call }: Surroundings,
  target: Target,
  signal: AbortSignal,
): Answer<Evidence> {
  const startedAt = performance.now();
  const name = backend.nameOf(target);
  const at = call.targets.indexOf(target);
  const ordered = await backend.order(setState(name, 'ready'), signal);
  if (!ordered.ok) return ordered;
  let status = '';
  let weight = 0;
  const up = await waitUntil(
    async () => {
      const seen = await backend.look(signal);
      if (!seen.ok) return seen;
      const server = seen.value.servers[at];
      status = server?.status ?? '';
      weight = server?.weight ?? 0;
      return ok(server?.up === true && !server.outOfService);
    },
    spec.readyTimeout,
    signal,
  );
  if (!up.ok) return up;
  const server = `${name.backend}/${name.server}`;
  if (!up.value) {
    const message = `HAProxy does not see ${server} up after ${spec.readyTimeout} ms: ${status}`;
    return failed('router/timeout', message);
  }
  const waitedMs = Math.round(performance.now() - startedAt);
  return ok({ server, state: 'ready', status, weight, waitedMs });
}
