import type { HaproxyRouterSpec } from '../../../contracts/config/router.schema.js';
import type {
  RouteCall,
  RouterFailure,
  TrafficRouter,
} from '../../../domain/ports/traffic-router.js';
import type { Target } from '../../../domain/model/target.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { checkTemplate, namesTarget, routerName } from '../base/router-names.js';
import type { RouterPlace } from '../places/router-place.js';
import { severalPlaces } from '../places/several-places.js';
import { haproxyPlace } from './haproxy-place.js';

/**
 * Moves traffic by the weights and states of a backend's servers: in each of the
 * backends, on each of the HAProxies.
 *
 * @throws TypeError for a placeholder that there is not
 */
export function createHaproxyRouter(spec: HaproxyRouterSpec): TrafficRouter {
  const sockets = [spec.socket].flat();
  const backends = [spec.backend].flat();
  for (const backend of backends) checkTemplate(backend, 'target');
  checkTemplate(spec.server, 'target');
  const [socket, ...otherSockets] = sockets;
  const [backend, ...otherBackends] = backends;
  if (socket === undefined || backend === undefined) throw new TypeError('no socket or no backend');
  const isOne = otherSockets.length === 0 && otherBackends.length === 0;
  if (isOne && !namesTarget(backend)) return haproxyPlace({ ...spec, socket, backend });

  const routers = sockets.flatMap((each) =>
    backends.map((template) => ({
      socket: each,
      template,
      router: haproxyPlace({ ...spec, socket: each, backend: template }),
    })),
  );
  const placesOf = (call: RouteCall): Result<readonly RouterPlace[], RouterFailure> => {
    const parts: BackendPart[] = [];
    for (const { template, ...where } of routers) {
      const found = partsOf(template, call);
      if (!found.ok) return found;
      // Two templates may come to the same backend.
      const isNew = ({ backend: name }: BackendPart): boolean =>
        !parts.some((one) => one.socket === where.socket && one.backend === name);
      parts.push(...found.value.map((part) => ({ ...part, ...where })).filter(isNew));
    }
    return ok(
      parts.map((part) => {
        const { socket: balancer, router, call: its } = part;
        return { name: nameOf(part, parts), balancer, router, call: its };
      }),
    );
  };
  const timeoutMs = Math.max(...routers.map(({ router }) => router.timeoutMs)) + 2 * spec.timeout;
  return severalPlaces({
    ...{ kind: spec.kind, timeoutMs, drainMs: spec.drainTimeout, placesOf, isCounted: true },
    quorum: spec.quorum,
    ...(spec.persistent === 'end' && { persistentGraceMs: spec.persistentGrace }),
  });
}

interface BackendPart {
  readonly socket: string;
  readonly backend: string;
  readonly router: TrafficRouter;
  readonly call: RouteCall;
}

/** By what tells it from the others: its socket, its backend, or both. */
function nameOf({ socket, backend }: BackendPart, all: readonly BackendPart[]): string {
  if (all.every((one) => one.backend === backend)) return socket;
  return all.every((one) => one.socket === socket) ? backend : `${socket} ${backend}`;
}

/** The backends that a template comes to, with the targets of each. */
function partsOf(
  template: string,
  call: RouteCall,
): Result<readonly Pick<BackendPart, 'backend' | 'call'>[], RouterFailure> {
  const targets = new Map<string, Target[]>();
  for (const target of call.targets) {
    const name = routerName(template, call, target);
    if (!name.ok) return name;
    targets.set(name.value, [...(targets.get(name.value) ?? []), target]);
  }
  return ok([...targets].map(([backend, its]) => ({ backend, call: { ...call, targets: its } })));
}
