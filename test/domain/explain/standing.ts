import { explain } from '../../../src/domain/explain/explain.js';
import type { ExplainInput, Explanation } from '../../../src/domain/explain/explanation.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { DeploymentPlan } from '../../../src/domain/model/plan/deployment-plan.js';
import { evolve } from '../../../src/domain/plan/fold/evolve.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { GateStep, Step } from '../../../src/domain/model/plan/step.js';
import type { Freeze } from '../../../src/domain/model/plan/freeze.js';
import type { DeploymentWindow } from '../../../src/domain/model/plan/window.js';
import type { Calendar } from '../../../src/domain/ports/calendar.js';
import { aDeployment, type DeploymentFixture, record, v, web } from '../../support/fixtures.js';

export const TOLERANCE = { failures: 0, of: 'step' } as const;
export const deploy = (...numbers: readonly [number, ...number[]]): Step => {
  const [first, ...rest] = numbers;
  return { kind: 'deploy', targets: [web(first), ...rest.map(web)], tolerance: TOLERANCE };
};

/** A plan with just these steps. */
export function planned(
  steps: readonly Step[],
  fixture: DeploymentFixture = {},
  plan: Partial<DeploymentPlan> = {},
): Deployment {
  const deployment = aDeployment(fixture);
  return { ...deployment, plan: { ...deployment.plan, steps, ...plan } };
}

/** What became of it by these events, all at one moment. */
export const lived = (
  deployment: Deployment,
  at: number,
  ...events: readonly PlanEvent[]
): Deployment => record(deployment, events, at).reduce(evolve, deployment);

export const APPROVED: PlanEvent = { type: 'deployment.approved', by: 'ann' };
export const STARTED: PlanEvent = {
  type: 'deployment.started',
  previous: { version: v('0.9.0'), deploymentId: aDeployment().id },
  declared: { version: v('0.9.0'), others: {}, missed: [], shares: null },
  shares: null,
};
/** Nothing good ran before. */
export const FIRST_STARTED: PlanEvent = {
  type: 'deployment.started',
  ...{ previous: null, declared: null, shares: null },
};

/** A deployment with these steps whose execution began at 2 s. */
export const begun = (...[steps, fixture, plan]: Parameters<typeof planned>): Deployment =>
  lived(planned(steps, fixture, plan), 2_000, APPROVED, STARTED);

export const call = (n: number): PlanEvent => ({
  type: 'deployment.target_started',
  target: web(n),
  fence: 1,
  worker: 'worker-1',
});

export const GATE: GateStep = {
  kind: 'gate',
  name: 'qa',
  timeout: 50_000,
  onTimeout: 'abort',
};
export const REACHED = {
  type: 'deployment.gate_reached',
  step: 0,
  name: 'qa',
  until: 53_000,
} as const satisfies PlanEvent;

/** Windows that are one span each: from its `start`, in seconds, for its duration. */
export const CALENDAR: Calendar = {
  check: () => null,
  occurrence: ({ start, duration = 0 }, at) => {
    const from = Number(start) * 1_000;
    return at >= from && at < from + duration ? { from, until: from + duration } : null;
  },
  next: ({ start }, at) => (Number(start) * 1_000 > at ? Number(start) * 1_000 : null),
};

export const window = (
  kind: DeploymentWindow['kind'],
  from: number,
  duration: number,
  reason: string,
): DeploymentWindow => ({
  kind,
  rrule: 'FREQ=DAILY',
  start: String(from / 1_000),
  duration,
  timeZone: 'UTC',
  reason,
});

export const frozen = (changes: Partial<Freeze> = {}): Freeze => ({
  id: 'frz-1',
  scope: { environment: null, service: null, labels: {} },
  reason: 'stocktaking',
  by: 'ann',
  from: 0,
  until: null,
  ...changes,
});

/** At 10 s, its slot its own, where nothing else is said. */
export function explained(
  deployment: Deployment,
  others: Partial<Omit<ExplainInput, 'deployment'>> = {},
): Explanation {
  const { environment, service, id } = deployment;
  return explain({
    deployment,
    slot: { environment, service, holder: id, waiting: [] },
    freezes: [],
    automationHold: null,
    known: new Map(),
    calendar: CALENDAR,
    now: 10_000,
    ...others,
  });
}

export const commandsOf = ({ options }: Explanation): readonly string[] =>
  options.map(({ command }) => command.split(' ').slice(1, 2).join(''));
