import { HealthChecker } from '../../../../src/domain/health/health-checker.js';
import { version } from '../../../../src/domain/ids.js';
import { newDeployment } from '../../../../src/domain/orchestrator/new-deployment.js';
import type { ServiceRuntime } from '../../../../src/domain/orchestrator/orchestrator-ports.js';
import { compilePlan } from '../../../../src/domain/plan/compile-plan.js';
import type { Deployment, Trigger } from '../../../../src/domain/plan/deployment.js';
import type { PlanCommand } from '../../../../src/domain/plan/plan-command.js';
import type { PlanEvent } from '../../../../src/domain/plan/plan-event.js';
import { DEFAULT_POLICY, type Policy } from '../../../../src/domain/plan/policy.js';
import type { MetricSource } from '../../../../src/domain/ports/metric-source.js';
import type { TrafficRouter } from '../../../../src/domain/ports/traffic-router.js';
import { err, ok } from '../../../../src/domain/result.js';
import type { StrategySpec } from '../../../../src/domain/strategies/strategy-spec.js';
import { aProbe, saw } from '../../../support/fake-services.js';
import { anId, API, aTarget } from '../../../support/fixtures.js';
import { chanceFrom } from './chance.js';
import { Cluster } from './cluster.js';
import { immortal } from './mortal.js';
import { ANALYSIS, type Order, type Scenario } from './scenario.js';
import { driverOf, Yard } from './yard.js';

export interface Life {
  readonly cluster: Cluster;
  readonly yard: Yard;
  /** The deployment that the scenario is about. */
  readonly deployment: Deployment;
}

const JUDGED: ReadonlySet<PlanEvent['type']> = new Set([
  'deployment.target_updated',
  'deployment.target_failed',
  'deployment.target_restored',
]);
const isAbout = (event: PlanEvent, target: string): boolean =>
  'target' in event && event.target === target;

const ROLLING: StrategySpec = { kind: 'rolling', batchSize: '100%' };

/** Everything that happens in a scenario, to its end; `null` where its plan is refused. */
export async function live(scenario: Scenario): Promise<Life | null> {
  const cluster = new Cluster();
  const chance = chanceFrom(scenario.seed);
  const yard = new Yard(targetsOf(scenario), scenario.place !== 'plain', cluster.clock, chance);
  const runtime = runtimeOf(scenario, yard, cluster);
  cluster.runtime = () => runtime;
  yard.holder = () => holderOf(cluster);
  const rowOf = (id: string | null) =>
    [...cluster.state.deployments.values()].find(({ deployment }) => deployment.id === id);
  yard.floorOf = (id) => rowOf(id)?.deployment.plan.floor ?? 0;
  // A retry does not make it any better, before its call has come to its end.
  yard.foundBad = (id, target) =>
    rowOf(id)?.events.findLast(({ event }) => JUDGED.has(event.type) && isAbout(event, target))
      ?.event.type === 'deployment.target_failed';
  await yard.look();
  await ask(cluster, scenario, yard, { version: '1.0.0', strategy: ROLLING, policy: {} });
  await cluster.run(async () => false);
  if (scenario.place === 'coloured' && chance() < 0.5) {
    await ask(cluster, scenario, yard, {
      version: '1.1.0',
      strategy: { kind: 'blue_green' },
      policy: {},
    });
    await cluster.run(async () => false);
  }

  // What began before began at another time.
  cluster.clock.advance(1_000);
  yard.trouble = scenario.trouble;
  const { strategy, policy } = scenario;
  const deployment = await ask(cluster, scenario, yard, { version: '2.0.0', strategy, policy });
  if (deployment === null) return null;
  cluster.fates.push(...scenario.deaths.map((death) => ({ ...immortal(), ...death })));
  const begun = cluster.clock.now();
  for (const order of scenario.orders) {
    cluster.at(
      begun + order.at,
      async () => void (await cluster.command(deployment.id, commandOf(order))),
    );
  }
  const { rival } = scenario;
  if (rival !== null) {
    const { onConflict, trigger } = rival;
    const asked = {
      version: '3.0.0',
      strategy: ROLLING,
      policy: { onConflict },
      trigger,
    };
    cluster.at(begun + rival.at, async () => void (await ask(cluster, scenario, yard, asked)));
  }
  await cluster.run((open) => nudge(cluster, open));
  return { cluster, yard, deployment };
}

function targetsOf({ targets, place }: Scenario) {
  return Array.from({ length: targets }, (_, at) => ({
    ...aTarget(`web-${at + 1}`),
    ...(place === 'coloured' && { metadata: { colour: at % 2 === 0 ? 'blue' : 'green' } }),
  }));
}

interface Asked {
  readonly version: string;
  readonly strategy: StrategySpec;
  readonly policy: Partial<Policy>;
  readonly trigger?: Trigger;
}

async function ask(
  cluster: Cluster,
  scenario: Scenario,
  yard: Yard,
  asked: Asked,
): Promise<Deployment | null> {
  const { checked, removes, place } = scenario;
  const policy = { ...DEFAULT_POLICY, ...asked.policy };
  const active = (await cluster.index.active(API))?.version ?? null;
  const plan = compilePlan(
    {
      ref: API,
      version: version(asked.version),
      strategy: asked.strategy,
      targets: yard.targets,
      checks: checked ? [{ name: 'up', kind: 'fake', critical: true }] : [],
      analyses: [ANALYSIS],
      driver: { kind: 'yard', fences: true, removes },
      driverTimeoutMs: 20_000,
      router: place === 'plain' ? null : 'memory',
      flags: 'memory',
      policy,
      limits: scenario.limited ? [{ key: 'environment:production', most: 1 }] : [],
    },
    await cluster.index.knownTargets(API),
    active,
  );
  if (!plan.ok) return null;
  const drafted = newDeployment(
    {
      ...API,
      id: anId(),
      version: version(asked.version),
      approve: true,
      requestedBy: 'ann',
      trigger: asked.trigger ?? 'person',
      idempotencyKey: null,
      digest: asked.version,
      metadata: {},
    },
    plan.value,
    cluster.clock.now(),
  );
  await cluster.planned(drafted);
  return drafted.deployment;
}

function runtimeOf(scenario: Scenario, yard: Yard, cluster: Cluster): ServiceRuntime {
  const odds = (kind: 'check' | 'flags' | 'metrics'): number => yard.trouble?.[kind] ?? 0;
  const probe = aProbe(async ({ version: looked }) =>
    saw(looked === '2.0.0' && yard.fault(odds('check')) !== null ? 'unhealthy' : 'healthy'),
  );
  const metrics: MetricSource = {
    kind: 'fake',
    query: async () => {
      const fault = yard.fault(odds('metrics'));
      if (fault === 'lasting') return err({ code: 'metric/unreachable', message: 'down' });
      if (fault === 'passing') return ok({ values: [], notNumbers: 0, series: 0 });
      return ok({ values: [yard.chance() < odds('metrics') ? 9 : 0], notNumbers: 0, series: 1 });
    },
  };
  return {
    driver: driverOf(yard, scenario.removes),
    checker: scenario.checked ? new HealthChecker(cluster.clock, [probe]) : null,
    router: scenario.place === 'plain' ? null : routerOf(yard),
    flags: {
      kind: 'memory',
      read: (flag, signal) => yard.flags.read(flag, signal),
      set: async (call, flag, percent, signal) => {
        const fault = yard.fault(odds('flags'));
        if (fault === null) return yard.flags.set(call, flag, percent, signal);
        return err({
          code: 'flag/unreachable',
          message: 'trouble',
          transient: fault === 'passing',
        });
      },
    },
    metrics: () => metrics,
  };
}

const routerOf = (yard: Yard): TrafficRouter => ({
  kind: 'memory',
  timeoutMs: 1_000,
  shares: (...given) => yard.routing('shares', () => yard.router.shares(...given)),
  look: (...given) => yard.routing('look', () => yard.router.look(...given)),
  setShares: (...given) =>
    yard.routing(`setShares ${JSON.stringify(given[1])}`, () => yard.router.setShares(...given)),
  drain: (...given) => yard.routing(`drain ${given[1]}`, () => yard.router.drain(...given)),
  ready: (...given) => yard.routing(`ready ${given[1]}`, () => yard.router.ready(...given)),
});

function commandOf({ what }: Order): PlanCommand {
  const reason = 'an order';
  switch (what) {
    case 'pause':
      return { type: 'pause', reason };
    case 'resume':
      return { type: 'resume' };
    case 'promote':
      return { type: 'promote', by: 'ann', all: false };
    case 'promote_all':
      return { type: 'promote', by: 'ann', all: true };
    case 'abort':
      return { type: 'abort', reason };
    case 'halt':
      return { type: 'halt', reason };
    case 'retry':
      return { type: 'retry', by: 'ann' };
    case 'rollback':
      return { type: 'rollback', reason, cause: 'request' };
  }
}

/** What a person does about it when nothing goes on by itself any more. */
async function nudge(cluster: Cluster, open: readonly Deployment[]): Promise<boolean> {
  let did = false;
  for (const { id, state, course } of open) {
    if (state.status === 'paused') {
      await cluster.command(id, { type: 'resume' });
      did = true;
    } else if (state.status === 'executing' && state.gate?.until === null) {
      await cluster.command(id, { type: 'promote', by: 'ann', all: false });
      did = true;
    } else if (state.status === 'approved' && course.hold?.kind === 'automation') {
      const held = [...cluster.state.services.values()].filter(
        (its) => its.automationHold !== null,
      );
      for (const its of held) its.automationHold = null;
      did ||= held.length > 0;
    }
  }
  return did;
}

function holderOf(cluster: Cluster): string | null {
  const [its] = cluster.state.services.values();
  return its?.holder ?? null;
}
