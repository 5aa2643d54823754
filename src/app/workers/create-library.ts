import { randomUUID } from 'node:crypto';
import { rruleCalendar } from '../../adapters/calendar/rrule-calendar.js';
import { MemoryDeploymentIndex } from '../../adapters/memory/memory-index.js';
import { emptyState } from '../../adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../adapters/memory/memory-store.js';
import { randomIds } from '../../adapters/system/random-ids.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { TargetSchema } from '../../contracts/values/schemas.js';
import { HealthChecker } from '../../domain/health/health-checker.js';
import { type ServiceRef, serviceKey } from '../../domain/model/ids.js';
import { DeploymentManager } from '../../domain/manager/deployment-manager.js';
import { DeploymentOrchestrator } from '../../domain/manager/deployment-orchestrator.js';
import { DEFAULT_POLICY, type Policy } from '../../domain/model/plan/policy.js';
import type { Target } from '../../domain/model/target.js';
import { type Log, SILENT } from '../../domain/ports/log.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import type { ServiceCatalog } from '../../domain/manager/service-catalog.js';
import type { TargetDriver } from '../../domain/ports/target-driver.js';
import { ok } from '../../domain/model/result.js';
import { impossible } from '../../domain/strategies/parts/strategy.js';
import type { StrategySpec } from '../../domain/model/plan/strategy-spec.js';

export interface LibraryOptions {
  /** Puts versions on targets: `deployFn(async (target, version) => …)`, or any driver. */
  readonly driver: TargetDriver;
  readonly strategy: StrategySpec;
  /** The targets of each service, by name or `environment/name`. */
  readonly targets: Readonly<
    Record<string, readonly { id: string; name?: string; address?: string }[]>
  >;
  /** Without any, verification is optimistic: healthy. */
  readonly checks?: readonly HealthProbe[];
  readonly policy?: Partial<Policy>;
  readonly log?: Log;
}

export interface Library {
  readonly orchestrator: DeploymentOrchestrator;
  readonly manager: DeploymentManager;
}

/** Orchestrator and manager in one process, with no queue and no Redis; what they know ends with the process. */
export function createLibrary(options: LibraryOptions): Library {
  const { driver, strategy, checks = [], log = SILENT } = options;
  const clock = systemClock;
  const state = emptyState();
  const index = new MemoryDeploymentIndex(state);
  const ports = {
    store: new MemoryDeploymentStore(state, clock),
    index,
    clock,
    calendar: rruleCalendar,
    log,
    runtimeOf: () =>
      ok({ driver, checker: checks.length === 0 ? null : new HealthChecker(clock, checks) }),
    // Nobody waits for jobs here: those who call wait for what they called for.
    publish: async () => {},
    worker: `library-${randomUUID().slice(0, 8)}`,
    leaseMs: 5_000,
  };
  const orchestrator = new DeploymentOrchestrator(ports);
  const catalog = fixedCatalog(options, strategy);
  const manager = new DeploymentManager({ ...ports, orchestrator, catalog, ids: randomIds() });
  return { orchestrator, manager };
}

function fixedCatalog(
  { driver, targets, checks = [], policy }: LibraryOptions,
  strategy: StrategySpec,
): ServiceCatalog {
  return {
    resolve(ref, version, overrides) {
      const found = overrides.targets ?? targetsOf(targets, ref);
      if (found.length === 0) return impossible('targets', `no targets for ${serviceKey(ref)}`);
      return ok({
        version,
        strategy: overrides.strategy ?? strategy,
        targets: found,
        checks: checks.map(({ name, kind, critical }) => ({ name, kind, critical })),
        driver: { kind: driver.kind, fences: driver.fences, removes: driver.removes },
        driverTimeoutMs: driver.timeoutMs,
        policy: { ...DEFAULT_POLICY, ...policy },
      });
    },
  };
}

function targetsOf(targets: LibraryOptions['targets'], ref: ServiceRef): readonly Target[] {
  return TargetSchema.array().parse(targets[serviceKey(ref)] ?? targets[ref.service] ?? []);
}
