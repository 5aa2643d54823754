import { systemClock } from '../../src/adapters/system/system-clock.js';
import type { Services, WorkerOptions } from '../../src/app/workers/compose.js';
import { HealthChecker } from '../../src/domain/health/health-checker.js';
import { type ServiceRef, serviceKey } from '../../src/domain/model/ids.js';
import { err, ok } from '../../src/domain/model/result.js';
import { impossible } from '../../src/domain/strategies/parts/strategy.js';
import type { ChaosService } from './fleet.js';
import type { Mortality } from './mortal.js';
import type { TargetClient } from './target-client.js';
import { targetDriver, targetRouter, versionProbe } from './target-ports.js';

export interface ChaosServicesOptions {
  readonly fleet: readonly ChaosService[];
  readonly client: TargetClient;
  readonly mortality: Mortality;
}

/** The run's services, as a configuration would describe them. */
export function chaosServices(
  { fleet, client, mortality }: ChaosServicesOptions,
  { workerId, flagStore }: Parameters<WorkerOptions['services']>[0],
): Services {
  const probe = versionProbe(client);
  const router = mortality.wrap('router', targetRouter(client, workerId));
  const services = new Map(
    fleet.map((one) => {
      const driver = mortality.wrap('driver', targetDriver(one, client, workerId));
      return [serviceKey(one), { ...one, driver }] as const;
    }),
  );
  const found = (ref: ServiceRef) => services.get(serviceKey(ref));
  return {
    resolve(ref, version, overrides) {
      const one = found(ref);
      if (one === undefined) return impossible('service', `${serviceKey(ref)} is not configured`);
      const { driver, checked, routed } = one;
      return ok({
        ref,
        version,
        strategy: overrides.strategy ?? one.strategy,
        targets: overrides.targets ?? one.targets,
        checks: checked ? [{ name: probe.name, kind: probe.kind, critical: true }] : [],
        driver: { kind: driver.kind, fences: driver.fences, removes: driver.removes },
        driverTimeoutMs: driver.timeoutMs,
        router: routed ? router.kind : null,
        routerTimeoutMs: router.timeoutMs,
        flags: 'redis',
        policy: one.policy,
      });
    },
    runtimeOf(deployment) {
      const one = found(deployment);
      if (one === undefined) return err(`${serviceKey(deployment)} is not configured`);
      return ok({
        driver: one.driver,
        checker: one.checked ? new HealthChecker(systemClock, [probe]) : null,
        router: one.routed ? router : null,
        flags: flagStore({ kind: 'redis' }, deployment.environment),
      });
    },
  };
}
