import { HealthChecker } from '../../../src/domain/health/health-checker.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type {
  OrchestratorPorts,
  ServiceRuntime,
  StopSignals,
} from '../../../src/domain/orchestrator/orchestrator-ports.js';
import type { WorkKind, WorkOwed } from '../../../src/domain/model/deployment/work-owed.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { PlanCommand } from '../../../src/domain/plan/machine/plan-command.js';
import type { PlanEventType } from '../../../src/domain/model/deployment/plan-event.js';
import type { DeploymentStore } from '../../../src/domain/ports/deployment-store.js';
import type { HealthProbe } from '../../../src/domain/ports/health-probe.js';
import { ok } from '../../../src/domain/model/result.js';
import { aRecord, aWorker, workerPorts } from '../../support/cluster.js';
import { FakeDriver, FakeServices } from '../../support/fake-services.js';
import { aDraft, aPlanInput, anId, API, type DeploymentFixture } from '../../support/fixtures.js';
import { VirtualClock } from '../../support/virtual-clock.js';

export interface WorldOptions {
  readonly probes?: readonly HealthProbe[];
  readonly ports?: Partial<OrchestratorPorts>;
  readonly wrap?: (store: DeploymentStore) => DeploymentStore;
  readonly fixture?: DeploymentFixture;
  /** Router, flags and metric sources. */
  readonly runtime?: Partial<ServiceRuntime>;
  readonly driver?: FakeDriver;
}

export const LEASE = 3_000;

/** Everything a deployment needs, in memory and on a clock of its own. */
export function aWorld(options: WorldOptions = {}) {
  const { probes = [], ports = {}, wrap = (s) => s, fixture, runtime = {} } = options;
  const clock = new VirtualClock();
  const { state, store: truth, index } = aRecord(clock);
  const store = wrap(truth);
  const { driver = new FakeDriver() } = options;
  const published: WorkOwed[] = [];
  const checker = probes.length === 0 ? null : new HealthChecker(clock, probes);
  const all = workerPorts({
    ...{ store, index, clock },
    runtimeOf: () => ok({ driver, checker, ...runtime }),
    publish: async (work) => void published.push(work),
    leaseMs: LEASE,
    ...ports,
  });
  const { orchestrator, manager } = aWorker(all, {
    catalog: new FakeServices({
      driver,
      probes,
      runtime,
      ...(fixture?.coloured && { placed: [...aPlanInput(fixture).targets] }),
      ...(fixture?.targets && { targets: fixture.targets }),
      ...(fixture?.strategy && { strategy: fixture.strategy }),
      ...(fixture?.policy && { policy: fixture.policy }),
    }),
    ids: { deploymentId: anId },
  });

  /** Planned and approved, unless told otherwise. */
  const planned = async (more: DeploymentFixture = {}): Promise<Deployment> => {
    const { deployment, events } = aDraft({
      approve: true,
      checked: probes.length > 0,
      removes: driver.removes,
      at: clock.now(),
      router: (runtime.router ?? null) !== null,
      flags: (runtime.flags ?? null) !== null,
      known: await index.targetStatuses(API),
      active: (await index.active(API))?.version ?? null,
      ...fixture,
      ...more,
    });
    await truth.create(deployment, events);
    return deployment;
  };
  const load = async (id: DeploymentId): Promise<Deployment> => {
    const found = await truth.load(id);
    if (!found) throw new Error(`no ${id}`);
    return found;
  };
  const statusOf = async (id: DeploymentId) => (await load(id)).state.status;
  const eventsOf = async (id: DeploymentId): Promise<readonly PlanEventType[]> =>
    (await index.events(id)).map(({ event }) => event.type);
  /** Pass after pass, as jobs would run them, until nothing is owed. */
  const finish = async (id: DeploymentId): Promise<Deployment> => {
    for (const kind of ['execute', 'verify', 'rollback'] as const) await passes(kind, id);
    return load(id);
  };
  /** What a person, or a publisher, says. */
  const order = async (id: DeploymentId, said: PlanCommand): Promise<string | null> => {
    const done = await orchestrator.command(id, said, 'ann');
    return done?.refusal?.message ?? null;
  };
  const passes = async (kind: WorkKind, id: DeploymentId): Promise<void> => {
    for (;;) {
      const ending = await orchestrator.advance(kind, id);
      if (ending.kind !== 'wait_until' && ending.kind !== 'busy') return;
      await clock.sleep(ending.kind === 'wait_until' ? ending.until - clock.now() : ending.ms);
    }
  };
  /** Completed, with its version active. */
  const live = async (version: string, more: DeploymentFixture = {}): Promise<Deployment> => {
    const { id } = await planned({ version, ...more });
    return finish(id);
  };
  return {
    clock,
    state,
    truth,
    store,
    index,
    driver,
    published,
    ports: all,
    orchestrator,
    manager,
    planned,
    load,
    statusOf,
    eventsOf,
    finish,
    live,
    order,
  };
}

export type World = ReturnType<typeof aWorld>;

const never = (): AbortSignal => new AbortController().signal;
export const stopWith = (stop: Partial<StopSignals>): StopSignals => ({
  draining: never(),
  abort: never(),
  ...stop,
});
