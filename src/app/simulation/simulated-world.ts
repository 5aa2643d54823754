import { rruleCalendar } from '../../adapters/calendar/rrule-calendar.js';
import { MemoryFlagStore } from '../../adapters/memory/memory-flags.js';
import { MemoryDeploymentIndex } from '../../adapters/memory/memory-index.js';
import { MemoryRouter } from '../../adapters/memory/memory-router.js';
import { emptyState, type MemoryState } from '../../adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../adapters/memory/memory-store.js';
import { FaultPlan } from '../../adapters/simulation/fault-plan.js';
import { faultyFlags } from '../../adapters/simulation/faulty-flags.js';
import { liveBefore, servingTargets } from '../../adapters/simulation/live-before.js';
import { seeded } from '../../adapters/simulation/seeded.js';
import {
  type DriverFault,
  type SimulatedCall,
  SimulatedDriver,
} from '../../adapters/simulation/simulated-driver.js';
import { SimulatedMetricSources } from '../../adapters/simulation/simulated-metrics.js';
import { type ProbeFault, simulatedProbe } from '../../adapters/simulation/simulated-probe.js';
import { VirtualClock } from '../../adapters/simulation/virtual-clock.js';
import type { SimulationOptions } from '../../contracts/simulation/simulation.schema.js';
import type { SimulationRefusal } from '../../contracts/views/simulation-view.js';
import { HealthChecker } from '../../domain/health/health-checker.js';
import { deploymentId, type DeploymentId, serviceKey } from '../../domain/model/ids.js';
import type {
  OrchestratorPorts,
  ServiceRuntime,
} from '../../domain/orchestrator/orchestrator-ports.js';
import { compilePlan, type PlanInput } from '../../domain/plan/compile/compile-plan.js';
import { type Deployment, deployedTargets } from '../../domain/model/deployment/deployment.js';
import type { Target } from '../../domain/model/target.js';
import { freezeFrom } from '../../domain/model/plan/freeze.js';
import { SILENT } from '../../domain/ports/log.js';
import type { TrafficRouter } from '../../domain/ports/traffic-router.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import type { SimulationSubject } from './simulation-subject.js';

/** What a test may say of each call and each check, beside the faults. */
export interface Meddling {
  readonly onCall?: DriverFault | undefined;
  readonly onCheck?: ProbeFault | undefined;
}

/** Everything a deployment needs, in memory and on a clock of its own. */
export interface SimulatedWorld {
  readonly clock: VirtualClock;
  readonly state: MemoryState;
  readonly store: MemoryDeploymentStore;
  readonly index: MemoryDeploymentIndex;
  readonly driver: SimulatedDriver;
  readonly router: MemoryRouter;
  readonly flags: MemoryFlagStore;
  readonly faults: FaultPlan;
  readonly ids: { readonly deploymentId: () => DeploymentId };
  readonly ports: Omit<OrchestratorPorts, 'store' | 'worker'>;
}

/** As long as a worker's is where nothing else is configured. */
const LEASE_MS = 5_000;
const DAY_MS = 86_400_000;

export async function simulatedWorld(
  subject: SimulationSubject,
  options: SimulationOptions,
  meddling: Meddling,
): Promise<Result<SimulatedWorld, SimulationRefusal>> {
  const input = subject.catalog.resolve(subject, subject.version, {});
  if (!input.ok) return input;
  const clock = new VirtualClock(options.at);
  const state = emptyState();
  const faults = new FaultPlan(options.faults, {
    isGood: (version) => state.active.get(serviceKey(subject))?.version === version,
    placeOf: ({ deploymentId: id, target }) =>
      placeIn(state.deployments.get(id)?.deployment, target),
  });
  const driver = driverFor(input.value, { clock, options, faults, meddling });
  const started = { now: false };
  const router = new MemoryRouter({ fault: () => (started.now ? faults.router() : null) });
  const flags = new MemoryFlagStore();
  const runtimeOf = runtimes(subject, options, { clock, driver, router, flags, faults, meddling });
  const world: SimulatedWorld = {
    ...{ clock, state, driver, router, flags, faults, ids: countedIds() },
    store: new MemoryDeploymentStore(state, clock),
    index: new MemoryDeploymentIndex(state),
    ports: {
      ...{ clock, calendar: rruleCalendar, log: SILENT, leaseMs: LEASE_MS },
      index: new MemoryDeploymentIndex(state),
      // Whoever simulates looks for the work owed by itself.
      publish: async () => {},
      runtimeOf: (deployment) => ok(runtimeOf(deployment)),
    },
  };
  const before = await settled(world, subject, options);
  started.now = true;
  return before.ok ? ok(world) : before;
}

interface Parts extends Pick<SimulatedWorld, 'clock' | 'faults'> {
  readonly options: SimulationOptions;
  readonly meddling: Meddling;
}

function driverFor(input: PlanInput, { clock, options, faults, meddling }: Parts): SimulatedDriver {
  const { min, max } = options.callTime;
  const callMs = ({ action, target, attempt }: SimulatedCall): number =>
    min === max
      ? min
      : Math.round(min + seeded(options.seed, action, target.id, attempt)() * (max - min));
  return new SimulatedDriver({
    ...input.driver,
    ...{ clock, callMs, timeoutMs: input.driverTimeoutMs },
    fault: (call) => meddling.onCall?.(call) ?? faults.call(call),
  });
}

function runtimes(
  { probes, sources }: SimulationSubject,
  { metrics: data, seed }: SimulationOptions,
  world: Pick<SimulatedWorld, 'clock' | 'driver' | 'router' | 'flags' | 'faults'> & {
    readonly meddling: Meddling;
  },
): (deployment: Deployment) => ServiceRuntime {
  const { clock, driver, router, flags, faults, meddling } = world;
  const { runs } = driver;
  const simulated = probes.map((probe) =>
    simulatedProbe(probe, runs, (at) => meddling.onCheck?.(at) ?? faults.check(at)),
  );
  const checker = simulated.length === 0 ? null : new HealthChecker(clock, simulated);
  const answers = { runs, data, seed, bad: faults.metric, down: faults.source };
  const metrics = new SimulatedMetricSources(answers);
  const routed = withOwnSignals(router);
  return (deployment) => ({
    ...{ driver, checker },
    router: deployment.plan.router === null ? null : routed,
    flags: deployment.plan.flags === null ? null : faultyFlags(flags, faults.flag),
    metrics: (name) =>
      sources === null || sources.has(name) ? metrics.sourceFor(deployment, name) : undefined,
  });
}

/** What is so before anything is deployed: what is live, whose the traffic is, and what is frozen. */
async function settled(
  { state, clock, driver, router, ids }: SimulatedWorld,
  { freezes, catalog, ...subject }: SimulationSubject,
  { at }: SimulationOptions,
): Promise<Result<null, SimulationRefusal>> {
  for (const [number, request] of freezes.entries()) {
    if (request.until !== null && request.until <= at) continue;
    const freeze = freezeFrom({ ...request }, request.id ?? `freeze-${number + 1}`, clock.now());
    if (!freeze.ok) return err({ ...freeze.error, path: `freezes.${number}.${freeze.error.path}` });
    state.freezes.set(freeze.value.id, freeze.value);
  }
  const version = subject.previousVersion;
  if (version === null) return ok(null);
  const strategy = { kind: 'rolling', batchSize: '100%' } as const;
  const input = catalog.resolve(subject, version, { strategy });
  if (!input.ok) return input;
  const plan = compilePlan(input.value, new Map());
  if (!plan.ok) return plan;
  const { service, environment } = subject;
  const id = ids.deploymentId();
  liveBefore(state, { service, environment, id, version, plan: plan.value, endedAt: at - DAY_MS });
  const { targets } = plan.value;
  const live = servingTargets(targets);
  for (const target of live) driver.runs.set(target.id, version);
  const shares = Object.fromEntries(live.map((target) => [target.id, 1 / live.length]));
  await router.setShares({ service, environment, targets }, shares, new AbortController().signal);
  return ok(null);
}

const placeIn = (deployment: Deployment | undefined, { id }: Target): number =>
  deployment === undefined ? 0 : deployedTargets(deployment).indexOf(id) + 1;

/** Calls of many targets at once would all hang on the one signal of their pass; each gets one of its own. */
const withOwnSignals = (router: TrafficRouter): TrafficRouter => ({
  kind: router.kind,
  timeoutMs: router.timeoutMs,
  shares: (call, signal) => router.shares(call, AbortSignal.any([signal])),
  look: (call, signal) => router.look(call, AbortSignal.any([signal])),
  setShares: (call, shares, signal) => router.setShares(call, shares, AbortSignal.any([signal])),
  drain: (call, target, signal) => router.drain(call, target, AbortSignal.any([signal])),
  ready: (call, target, signal) => router.ready(call, target, AbortSignal.any([signal])),
});

/** The same names each time. */
function countedIds(): SimulatedWorld['ids'] {
  let made = 0;
  return {
    deploymentId: () => deploymentId(`dep_simulated${String((made += 1)).padStart(4, '0')}`),
  };
}
