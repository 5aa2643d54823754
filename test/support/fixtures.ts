import {
  type DeploymentId,
  deploymentId,
  environmentName,
  type ServiceRef,
  serviceName,
  type TargetId,
  targetId,
  type Version,
  version,
} from '../../src/domain/model/ids.js';
import { newDeployment } from '../../src/domain/manager/new-deployment.js';
import { compilePlan, type PlanInput } from '../../src/domain/plan/compile/compile-plan.js';
import type { AnalysisSpec } from '../../src/domain/model/plan/analysis-spec.js';
import type { LimitKey } from '../../src/domain/model/plan/limits.js';
import { decided, type Said } from '../../src/domain/plan/machine/decided.js';
import type { Deployment, Trigger } from '../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../src/domain/plan/fold/evolve.js';
import type { PlanCommand } from '../../src/domain/plan/machine/plan-command.js';
import type { PlanEvent, RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import { decide } from '../../src/domain/plan/machine/plan-machine.js';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/model/plan/policy.js';
import { isReport, type Report } from '../../src/domain/plan/machine/report-rules.js';
import type { Target } from '../../src/domain/model/target.js';
import type { TargetStatuses } from '../../src/domain/model/target-status.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';

export const API: ServiceRef = {
  service: serviceName('api'),
  environment: environmentName('production'),
};

let made = 0;
/** An id no other test has. */
export const anId = (): DeploymentId =>
  deploymentId(
    `dep_${(made++).toString(36).padStart(6, '0')}${Math.random().toString(36).slice(2, 12).padEnd(10, '0')}`,
  );

export const aTarget = (id: string): Target => ({
  id: targetId(id),
  name: id,
  address: '127.0.0.1:8080',
  metadata: {},
});

export interface DeploymentFixture {
  readonly id?: DeploymentId;
  readonly ref?: ServiceRef;
  readonly version?: string;
  readonly targets?: readonly string[];
  /** The same, each with its own address. */
  readonly places?: readonly Target[];
  readonly strategy?: StrategySpec;
  readonly policy?: Partial<Policy>;
  readonly approve?: boolean;
  readonly checked?: boolean;
  readonly removes?: boolean;
  readonly digest?: string;
  readonly router?: boolean;
  /** How long persistent clients are let after a switch, in milliseconds. */
  readonly persistentGraceMs?: number;
  readonly flags?: boolean;
  readonly analyses?: readonly AnalysisSpec[];
  /** Every second target is of one colour, the others of the other. */
  readonly coloured?: boolean;
  readonly limits?: readonly LimitKey[];
  readonly trigger?: Trigger;
  /** Why it goes back to its version. */
  readonly rollback?: string;
  /** Its targets are all that the configuration names. */
  readonly configured?: boolean;
  /** What is known of the service when it is planned. */
  readonly known?: TargetStatuses;
  readonly active?: Version | null;
  readonly at?: number;
  /** Fingerprint of the configuration that it is planned with. */
  readonly configuration?: string;
}

export function aPlanInput(fixture: DeploymentFixture = {}): PlanInput {
  const named = fixture.places ?? (fixture.targets ?? ['web-1', 'web-2']).map(aTarget);
  return {
    version: version(fixture.version ?? '1.0.0'),
    strategy: fixture.strategy ?? { kind: 'rolling' },
    ...((fixture.ref ?? fixture.flags) && { ref: fixture.ref ?? API }),
    targets: fixture.coloured ? named.map(coloured) : named,
    ...(fixture.configured && { configured: named }),
    analyses: fixture.analyses ?? [],
    router: fixture.router ? 'memory' : null,
    persistentGraceMs: fixture.persistentGraceMs ?? null,
    flags: fixture.flags ? 'memory' : null,
    ...(fixture.limits && { limits: fixture.limits }),
    checks: fixture.checked ? [{ name: 'up', kind: 'http', critical: true }] : [],
    driver: { kind: 'fake', fences: true, removes: fixture.removes ?? false },
    driverTimeoutMs: 1_000,
    policy: { ...DEFAULT_POLICY, ...fixture.policy },
    ...(fixture.configuration !== undefined && { configuration: fixture.configuration }),
  };
}

const coloured = (target: Target, at: number): Target => ({
  ...target,
  metadata: { colour: at % 2 === 0 ? 'blue' : 'green' },
});

/** A deployment as it is when it has just been planned, with the events that made it. */
export function aDraft(fixture: DeploymentFixture = {}): {
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
} {
  const plan = compilePlan(aPlanInput(fixture), fixture.known ?? new Map(), fixture.active ?? null);
  if (!plan.ok) throw new Error(plan.error.message);
  return newDeployment(
    {
      ...(fixture.ref ?? API),
      id: fixture.id ?? anId(),
      version: version(fixture.version ?? '1.0.0'),
      approve: fixture.approve ?? false,
      requestedBy: 'tester',
      ...(fixture.trigger && { trigger: fixture.trigger }),
      ...(fixture.rollback && { rollback: { reason: fixture.rollback } }),
      idempotencyKey: null,
      digest: fixture.digest ?? 'digest',
      metadata: {},
    },
    plan.value,
    fixture.at ?? 1_000,
  );
}

export const aDeployment = (fixture: DeploymentFixture = {}): Deployment =>
  aDraft(fixture).deployment;

/** Folds in what is said; fails on the first that is refused, and on a conclusion that comes to nothing. */
export function after(deployment: Deployment, ...said: readonly Said[]): Deployment {
  return said.reduce<Deployment>((state, each) => {
    const events = eventsOf(state, each);
    if (typeof each === 'function' && events.length === 0) throw new Error('it comes to nothing');
    return fold(state, events);
  }, deployment);
}

export function eventsOf(deployment: Deployment, said: Said): readonly PlanEvent[] {
  const decision = decided(deployment, said);
  if (!decision.ok) throw new Error(`it was refused: ${decision.error.message}`);
  return decision.value;
}

export const isReported = (what: Said | PlanEvent): what is Report =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only types of events have a guard
  typeof what !== 'function' && isReport(what as PlanEvent);

export const isOrder = (said: Said): said is PlanCommand =>
  typeof said !== 'function' && !isReported(said);

/** As it comes again: a report in the words in which it was written, whatever it rested on then. */
export function asDelivered(said: Said, [only, ...more]: readonly PlanEvent[]): Said {
  return only !== undefined && more.length === 0 && isReported(only) ? only : said;
}

export function refusalOf(deployment: Deployment, command: PlanCommand): string {
  const decision = decide(deployment, command);
  if (decision.ok) throw new Error(`${command.type} was accepted`);
  return decision.error.message;
}

export const fold = (deployment: Deployment, events: readonly PlanEvent[]): Deployment =>
  record(deployment, events).reduce(evolve, deployment);

export const record = (
  deployment: Deployment,
  events: readonly PlanEvent[],
  at = 2_000,
): readonly RecordedEvent[] =>
  events.map((event, index) => ({
    sequence: deployment.revision + index + 1,
    at,
    actor: 'tester',
    event,
  }));

export const web = (n: number): TargetId => targetId(`web-${n}`);
export const v = (text: string): Version => version(text);
