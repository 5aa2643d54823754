import { failed as routerFailed } from '../../src/adapters/routers/base/router-failure.js';
import type { HealthProbe } from '../../src/domain/ports/health-probe.js';
import type {
  DriverFailure,
  TargetDriver,
  TargetObservation,
  UnsettledCall,
} from '../../src/domain/ports/target-driver.js';
import type {
  RouteCall,
  RouterFailure,
  TrafficRouter,
} from '../../src/domain/ports/traffic-router.js';
import type { Evidence } from '../../src/domain/model/target.js';
import { assertNever } from '../../src/domain/model/assert-never.js';
import { err, ok, type Result } from '../../src/domain/model/result.js';
import { aProbe, saw } from '../support/fake-services.js';
import { type ChaosService, liesAbout } from './fleet.js';
import { CALL_MS, type TargetClient } from './target-client.js';
import type { TargetAnswer } from './target-host.js';

/** Puts versions on the run's targets; of a lying service, it only says so now and then. */
export function targetDriver(
  service: ChaosService,
  client: TargetClient,
  worker: string,
): TargetDriver {
  return {
    kind: service.fences ? 'chaos' : 'chaos_unfenced',
    fences: service.fences,
    removes: service.removes,
    timeoutMs: CALL_MS,
    async apply(call, signal) {
      const { action, version, deploymentId, fence, target } = call;
      const { environment, service: name } = call;
      if (service.lies && action === 'deploy' && liesAbout(deploymentId, target.id)) return ok({});
      const asked = {
        ...{ environment, service: name, target: target.id, version, action, deploymentId },
        ...{ fence, worker },
      };
      try {
        const timeout = AbortSignal.timeout(CALL_MS);
        // What fences need not be called back: a call that is late is sent all the same.
        const within = service.fences ? timeout : AbortSignal.any([signal, timeout]);
        return resultOf(await Promise.race([client.apply(asked, within), abortOf(signal)]));
      } catch (error) {
        if (signal.aborted) return failed('driver/aborted', 'told to stop');
        const late = error instanceof Error && error.name === 'TimeoutError';
        return late
          ? failed('driver/timeout', `no answer in ${CALL_MS} ms`)
          : failed('driver/unreachable', String(error));
      }
    },
    // A target that can't be asked is asked again: what runs there is not known.
    settle: (call, signal) =>
      client
        .post<number>(
          '/settle',
          { service: call.service, target: call.target.id, fence: call.fence },
          signal,
        )
        .catch(() => 100),
    ...(service.observes && {
      observe: ({ target }: UnsettledCall, signal: AbortSignal) =>
        client.post<TargetObservation | null>('/observe', { target: target.id }, signal),
    }),
  };
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
  });
}

function resultOf(answer: TargetAnswer): Result<Evidence, DriverFailure> {
  switch (answer.kind) {
    case 'done':
      return ok({ entry: answer.entry });
    case 'fenced':
      return failed('driver/fenced', `the target has seen fence ${answer.highest}`);
    case 'flaky':
      return failed('driver/unreachable', 'the target is away');
    case 'rejected':
    case 'silence':
      return failed('driver/rejected', 'the target wants none of it');
    default:
      return assertNever(answer);
  }
}

const failed = (code: DriverFailure['code'], message: string): Result<never, DriverFailure> =>
  err({ code, message, transient: code === 'driver/unreachable' || code === 'driver/timeout' });

/** Looks at what a target really runs. */
export const versionProbe = (client: TargetClient): HealthProbe =>
  aProbe(async ({ target, version }, signal) => {
    try {
      const runs = await client.post<string | null>('/version', { target: target?.id }, signal);
      return runs === version ? saw('healthy') : saw('unhealthy', `runs ${runs}, not ${version}`);
    } catch (error) {
      return saw('unknown', String(error));
    }
  });

/** The run's router: outside the workers, and with nothing that could refuse a late call. */
export function targetRouter(client: TargetClient, worker: string): TrafficRouter {
  const ask = async <T>(
    method: string,
    call: RouteCall,
    more: object,
    signal: AbortSignal,
  ): Promise<Result<T, RouterFailure>> => {
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]);
      return await client.post(`/router/${method}`, { call, worker, ...more }, within);
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError';
      const code = late ? 'router/timeout' : 'router/unreachable';
      return routerFailed(signal.aborted ? 'router/aborted' : code, String(error));
    }
  };
  return {
    kind: 'chaos',
    timeoutMs: CALL_MS,
    shares: (call, signal) => ask('shares', call, {}, signal),
    look: (call, signal) => ask('look', call, {}, signal),
    setShares: (call, shares, signal) => ask('setShares', call, { shares }, signal),
    drain: (call, target, signal) => ask('drain', call, { target }, signal),
    ready: (call, target, signal) => ask('ready', call, { target }, signal),
  };
}
