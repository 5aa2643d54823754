import { isSameNginx, type NginxRouterSpec } from '../../../contracts/config/router.schema.js';
import type { TrafficRouter } from '../../../domain/ports/traffic-router.js';
import { ok } from '../../../domain/model/result.js';
import { failed } from '../base/router-failure.js';
import { checkTemplate, filledIn } from '../base/router-names.js';
import { severalPlaces } from '../places/several-places.js';
import { nginxPlace, type NginxPlaceSpec } from './nginx-place.js';
import { masterRuns } from './nginx-workers.js';

/**
 * Moves traffic by an upstream block that nginx includes: in each of the files, of
 * each nginx.
 *
 * @throws TypeError for a placeholder that there is not
 */
export function createNginxRouter({ others, quorum, ...first }: NginxRouterSpec): TrafficRouter {
  const specs = [first, ...others.map((other) => specOf(first, other))];
  for (const { upstreamFile, upstream } of specs) {
    checkTemplate(upstreamFile, 'service');
    checkTemplate(upstream, 'service');
  }
  if (others.length === 0) return nginxPlace(first);
  const places = specs.map((spec, at) => ({
    file: spec.upstreamFile,
    router: seenRunning(spec),
    // What says nothing of its own process is another file of the first one's.
    balancer: isSameNginx(others[at - 1] ?? {}) ? 'first' : `other ${at}`,
  }));
  const { kind, timeoutMs } = nginxPlace(first);
  return severalPlaces({
    ...{ kind, timeoutMs: timeoutMs + first.timeout, drainMs: first.drainTimeout, uncounted: true },
    quorum,
    placesOf: (call) =>
      ok(
        places.map(({ file, router, balancer }) => {
          const path = filledIn(file, call);
          return { name: path.ok ? path.value : file, balancer, router, call };
        }),
      ),
  });
}

/** Of another nginx, whose processes are not the first one's, or of another file of the same. */
function specOf(first: NginxPlaceSpec, other: NginxRouterSpec['others'][number]): NginxPlaceSpec {
  const { pidFile, ...its } = first;
  const { upstreamFile, upstream, test, reload } = { ...its, ...given(other) };
  const pid = isSameNginx(other) ? pidFile : other.pidFile;
  return {
    ...its,
    upstreamFile,
    upstream,
    test,
    reload,
    ...(pid !== undefined && { pidFile: pid }),
  };
}

const given = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is not given is left out
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** A file can be read while its nginx is away: so that no other is touched before, its process is looked for. */
function seenRunning(spec: NginxPlaceSpec): TrafficRouter {
  const place = nginxPlace(spec);
  const { pidFile } = spec;
  if (pidFile === undefined) return place;
  return {
    ...place,
    look: async (call, signal) =>
      signal.aborted || (await masterRuns(pidFile))
        ? place.look(call, signal)
        : failed('router/unreachable', `nginx does not run: no process of ${pidFile}`),
  };
}
