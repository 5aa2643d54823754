import type { NginxRouterSpec } from '../../../contracts/config/router.schema.js';
import type { ServiceRef, TargetId } from '../../../domain/model/ids.js';
import type { Evidence } from '../../../domain/model/target.js';
import type {
  RouteCall,
  RouterFailure,
  SeenTarget,
  TellDrain,
  TrafficRouter,
} from '../../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../../domain/model/result.js';
import {
  askedShares,
  listed,
  named,
  nobodyServes,
  seenByTarget,
  targetOf,
} from '../base/asked-shares.js';
import { inTurn } from '../base/in-turn.js';
import { publishUpstream, readUpstream } from './nginx-publish.js';
import { parseUpstream, renderUpstream, type UpstreamServer } from './nginx-upstream.js';
import { type Generation, leftOf, workersOf } from './nginx-workers.js';
import { failed } from '../base/router-failure.js';
import { filledIn, routerName } from '../base/router-names.js';
import { largestDeviation, sharesOf, weightsFor } from '../base/share-weights.js';
import { waitUntil, within } from '../base/waiting.js';

const UNTOLD: TellDrain = () => {};

type Answer<T> = Promise<Result<T, RouterFailure>>;

/** One file of one nginx. */
export type NginxPlaceSpec = Omit<NginxRouterSpec, 'others'>;

/** nginx takes any weight; the smallest that fit are the easiest to read. */
const SCALES = { first: 1, last: 1_000 };

/**
 * Moves traffic by an upstream block that nginx includes, and a reload for every
 * change. While no file is there all targets count as equals; a file that is
 * there and not of ours is left alone.
 *
 * nginx can't be asked what is in force: shares are what the file says, which is
 * put back when nginx refuses it. A "down" that a person writes behind a weight
 * holds the target out, through every change but `ready`. Every call reloads, also
 * one that changes no line: a worker may have died after it wrote the file and
 * before it did so.
 *
 * A reload closes kept client connections, and a
 * client that sends on one at that very moment sees it reset. Without `zone`
 * among the directives each worker counts out the weights for itself.
 */
export function nginxPlace(spec: NginxPlaceSpec): TrafficRouter {
  const timeoutMs = 4 * spec.timeout + spec.drainTimeout;
  const change = (call: RouteCall, signal: AbortSignal, how: Change): Answer<Evidence> =>
    within(timeoutMs, signal, (bounded) => changed({ spec, call, how }, bounded));

  return {
    kind: spec.kind,
    timeoutMs,
    drainMs: spec.drainTimeout,
    uncounted: true,
    shares: (call, signal) =>
      within(timeoutMs, signal, async () => {
        const file = await read(spec, call);
        if (!file.ok) return file;
        return ok(named(call, sharesOf(file.value.servers.map(weightInForce))));
      }),
    look: (call, signal) =>
      within(timeoutMs, signal, async () => {
        const file = await read(spec, call);
        return file.ok ? ok(seenByTarget(call, seenServers(file.value.servers))) : file;
      }),
    setShares: async (call, asked, signal) => {
      const wanted = askedShares(call, asked);
      if (!wanted.ok) return wanted;
      const weights = weightsFor(wanted.value, SCALES);
      const evidence = {
        shares: listed(named(call, sharesOf(weights))),
        weights: listed(named(call, weights)),
        largestDeviation: Number(largestDeviation(wanted.value, weights).toFixed(6)),
      };
      return change(call, signal, {
        refused: (servers) =>
          nobodyServes(call, wanted.value, (at) => isOut(servers[at] ?? NOTHING)),
        server: (was, at) => ({ ...was, weight: weights[at] ?? 0 }),
        finish: async () => ok(evidence),
      });
    },
    drain: (call, target, signal, { tell = UNTOLD } = {}) =>
      change(call, signal, {
        target,
        server: (was) => (was.target === target ? { ...was, drained: true } : was),
        finish: (old, bounded) => gone({ spec, target, tell }, old, bounded),
      }),
    ready: (call, target, signal) =>
      change(call, signal, {
        target,
        server: (was) => (was.target === target ? { ...was, drained: false, heldOut: false } : was),
        finish: async () => ok({ server: target, state: 'ready' }),
      }),
  };
}

/** What becomes of each server, and what is done once nginx has taken it. */
interface Change {
  /** Refused when it is no target of the service. */
  readonly target?: TargetId;
  readonly refused?: (servers: readonly UpstreamServer[]) => Result<never, RouterFailure> | null;
  readonly server: (was: UpstreamServer, at: number) => UpstreamServer;
  readonly finish: (old: Generation | null, signal: AbortSignal) => Answer<Evidence>;
}

const isOut = ({ drained, heldOut }: Pick<UpstreamServer, 'drained' | 'heldOut'>): boolean =>
  drained || heldOut;
const weightInForce = (server: UpstreamServer): number => (isOut(server) ? 0 : server.weight);

/** As the file has it: nginx checks no server by itself, and does not tell whom it finds dead. */
function seenServers(servers: readonly UpstreamServer[]): readonly SeenTarget[] {
  const shares = sharesOf(servers.map(({ weight }) => weight));
  return servers.map(({ drained, heldOut }, at) => ({
    inRotation: !drained,
    share: shares[at] ?? 0,
    up: true,
    heldOut,
  }));
}

interface UpstreamFile {
  readonly name: string;
  readonly content: string | null;
  /** One for each target of the call, in its order. */
  readonly servers: readonly UpstreamServer[];
}

interface Asked {
  readonly spec: NginxPlaceSpec;
  readonly call: RouteCall;
  readonly how: Change;
}

async function changed(asked: Asked, signal: AbortSignal): Answer<Evidence> {
  const { spec, call, how } = asked;
  const known = how.target === undefined ? ok(null) : targetOf(call, how.target);
  if (!known.ok) return known;
  const path = filePath(spec.upstreamFile, call);
  if (!path.ok) return path;
  const old = await inTurn(path.value, signal, () => publishChange(asked, path.value, signal));
  if (!old.ok) return old;
  const seen = { file: path.value, seen: old.value !== null };
  const evidence = await how.finish(old.value, signal);
  return evidence.ok ? ok({ ...evidence.value, ...seen }) : evidence;
}

async function publishChange(
  { spec, call, how }: Asked,
  path: string,
  signal: AbortSignal,
): Answer<Generation | null> {
  const file = await read(spec, call);
  if (!file.ok) return file;
  const { name, servers, content: before } = file.value;
  const refused = how.refused?.(servers);
  if (refused) return refused;
  const upstream = { name, directives: spec.directives, servers: servers.map(how.server) };
  const content = renderUpstream(call, upstream, call.targets);
  if (!content.ok) return failed('router/rejected', content.error);
  return publishUpstream(spec, { path, content: content.value, before }, signal);
}

/** What a target is that no file has. */
const NOTHING = { weight: 0, drained: false, heldOut: false };

async function read(spec: NginxPlaceSpec, call: RouteCall): Answer<UpstreamFile> {
  const name = routerName(spec.upstream, call);
  if (!name.ok) return name;
  const path = filePath(spec.upstreamFile, call);
  if (!path.ok) return path;
  const content = await readUpstream(path.value);
  if (!content.ok) return content;
  const found = { name: name.value, content: content.value };
  if (content.value === null) {
    const equals = call.targets.map(({ id }) => ({ ...NOTHING, target: id, weight: 1 }));
    return ok({ ...found, servers: equals });
  }
  const parsed = parseUpstream(call, name.value, content.value);
  if (!parsed.ok) return failed('router/rejected', `${path.value} ${parsed.error}: left as it is`);
  const servers = call.targets.map(
    ({ id }) => parsed.value.find(({ target }) => target === id) ?? { ...NOTHING, target: id },
  );
  return ok({ ...found, servers });
}

function filePath(template: string, ref: ServiceRef): Result<string, RouterFailure> {
  const path = filledIn(template, ref);
  return path.ok ? path : failed('router/rejected', path.error);
}

/** Workers from before a reload end with the last request that they were sent. */
async function gone(
  { spec, target, tell }: { spec: NginxPlaceSpec; target: TargetId; tell: TellDrain },
  old: Generation | null,
  signal: AbortSignal,
): Answer<Evidence> {
  const evidence = { server: target, state: 'drained' };
  if (old === null) return ok({ ...evidence, ended: null });
  const startedAt = performance.now();
  let left = old.size;
  const ended = await waitUntil(
    async () => {
      left = leftOf(old, (await workersOf(spec.pidFile)) ?? old);
      tell({ left, of: 'workers' });
      return ok(left === 0);
    },
    spec.drainTimeout,
    signal,
  );
  if (!ended.ok) return ended;
  if (!ended.value && spec.drainTimeoutIs === 'fail') {
    const message = `${left} old workers of nginx still have requests after ${spec.drainTimeout} ms`;
    return failed('router/timeout', message);
  }
  const waitedMs = Math.round(performance.now() - startedAt);
  return ok({ ...evidence, ended: ended.value, left, of: 'workers', waitedMs });
}
