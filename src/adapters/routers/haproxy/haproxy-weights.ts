import type { Evidence } from '../../../domain/model/target.js';
import type { RouteCall, RouterFailure } from '../../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { listed, named, nobodyServes } from '../base/asked-shares.js';
import type { BackendServer, BackendView, HaproxyBackend } from './haproxy-backend.js';
import { LARGEST_WEIGHT, setWeight } from './haproxy-commands.js';
import { failed } from '../base/router-failure.js';
import { largestDeviation, sharesOf, weightsFor } from '../base/share-weights.js';
import { waitUntil } from '../base/waiting.js';

type Answer<T> = Promise<Result<T, RouterFailure>>;

export interface WeightMove {
  readonly backend: HaproxyBackend;
  readonly call: RouteCall;
  /** Of each target of the call, in its order. */
  readonly shares: readonly number[];
  /** How long servers that are new to the traffic may take to be seen up. */
  readonly upWithinMs: number;
}

/**
 * The largest weight stays in the upper half of what HAProxy has, so that no
 * single command on the way from one set of weights to the next makes a share
 * that lies far beyond both.
 */
const SCALES = { first: LARGEST_WEIGHT, last: LARGEST_WEIGHT / 2 };

/**
 * Sets the weights, raising before lowering, once a server that gets a share is
 * up: one that HAProxy has not checked yet serves nothing, and to take the
 * traffic from the rest would leave the service without any.
 */
export async function moveWeights(move: WeightMove, signal: AbortSignal): Answer<Evidence> {
  const weights = weightsFor(move.shares, SCALES);
  const before = await whenUp(move, weights, signal);
  if (!before.ok) return before;
  const stranger = before.value.strangers.find((one) => !one.outOfService && one.weight > 0);
  if (stranger) {
    const message = `server ${stranger.server} of the same backend has a weight and is no target`;
    return failed('router/rejected', `${message}: no share can be kept beside it`);
  }
  const changes = before.value.servers.flatMap(({ weight: was }, at) => {
    const weight = weights[at] ?? 0;
    return weight === was ? [] : [{ at, weight, by: weight - was }];
  });
  for (const { at, weight } of changes.toSorted((a, b) => b.by - a.by)) {
    const target = move.call.targets[at];
    if (!target) continue;
    const command = setWeight(move.backend.nameOf(target), weight);
    // oxlint-disable-next-line no-await-in-loop -- in this order: never all weights at 0
    const done = await move.backend.order(command, signal);
    if (!done.ok) return done;
  }
  const after = await move.backend.look(signal);
  return after.ok ? readBack(move, weights, after.value) : after;
}

const serves = ({ up, outOfService }: BackendServer): boolean => up && !outOfService;

/** Waits for those that are new to the traffic; in the end one that serves is enough. */
async function whenUp(
  { backend, call, shares, upWithinMs }: WeightMove,
  weights: readonly number[],
  signal: AbortSignal,
): Answer<BackendView> {
  let view: BackendView = { servers: [], strangers: [] };
  const seen = await waitUntil(
    async () => {
      const looked = await backend.look(signal);
      if (!looked.ok) return looked;
      view = looked.value;
      const { servers } = view;
      const drained = nobodyServes(call, shares, (at) => servers[at]?.outOfService === true);
      if (drained) return drained;
      const entering = servers.filter(
        ({ weight, outOfService }, at) => weight === 0 && !outOfService && weights[at] !== 0,
      );
      return ok(entering.every(serves));
    },
    upWithinMs,
    signal,
  );
  if (!seen.ok) return seen;
  const receiving = view.servers.filter((_, at) => weights[at] !== 0);
  if (receiving.some(serves)) return ok(view);
  const states = receiving.slice(0, 5).map(({ server, status }) => `${server} (${status})`);
  const message = `no server that would get traffic is up: ${states.join(', ')}`;
  return failed('router/timeout', message);
}

/** What was set, as HAProxy itself shows it; servers that get nothing of their share are named. */
function readBack(
  { call, shares }: WeightMove,
  weights: readonly number[],
  { servers }: BackendView,
): Result<Evidence, RouterFailure> {
  const differs = servers.find(({ weight }, at) => weight !== weights[at]);
  if (differs) {
    const wanted = weights[servers.indexOf(differs)] ?? 0;
    const message = `HAProxy shows weight ${differs.weight} for ${differs.server} after ${wanted} was set`;
    return failed('router/rejected', message, true);
  }
  const idle = servers.filter((server) => server.weight > 0 && !serves(server));
  return ok({
    shares: listed(named(call, sharesOf(weights))),
    weights: listed(named(call, weights)),
    largestDeviation: Number(largestDeviation(shares, weights).toFixed(6)),
    notServing: idle.map(({ server, status }) => `${server} (${status})`).join(', ') || null,
  });
}
