import { describe, expect, test } from 'vitest';
import { createSimulation } from '../../src/app/simulation/simulation.js';
import type { ConfigInput } from '../../src/contracts/config/config.schema.js';
import type { SimulationOptionsInput } from '../../src/contracts/simulation/simulation.schema.js';
import { type Deployment, progressOf } from '../../src/domain/model/deployment/deployment.js';
import { resultOf } from '../../src/domain/plan/result/deployment-result.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { ActiveDeployment } from '../../src/domain/model/active-deployment.js';
import { realConfig, type Reality, runForReal } from '../support/real-run.js';

interface Ran {
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
  readonly active: ActiveDeployment | null;
}

/** What happened, in order; of what happens side by side (the targets of a batch) the order is left out. */
function storyOf(events: readonly RecordedEvent[]): readonly string[] {
  const story: string[][] = [];
  let last = '';
  for (const { event } of events) {
    const kind = 'target' in event ? 'targets' : event.type;
    const words = [event.type, ...detailsOf(event)].join(' ');
    if (kind === 'targets' && last === 'targets') story.at(-1)?.push(words);
    else story.push([words]);
    last = kind;
  }
  return story.flatMap((together) => together.toSorted((a, b) => (a < b ? -1 : 1)));
}

function detailsOf(event: RecordedEvent['event']): readonly string[] {
  const { target, step, report, measurement, attempt }: Readonly<Record<string, unknown>> = {
    ...event,
  };
  const { verdict } = (report ?? {}) as { verdict?: string };
  const { round } = (measurement ?? {}) as { round?: number };
  return [target, step, verdict, round, attempt].flatMap((detail) =>
    detail === undefined ? [] : [JSON.stringify(detail)],
  );
}

/** What it came to: state, counts, verdicts, targets, health and what is live. */
function outcomeOf({ deployment, active }: Ran) {
  const { success, targetsUpdated, targetsFailed, state } = resultOf(deployment);
  return {
    ...{ success, targetsUpdated, targetsFailed, state },
    steps: deployment.plan.steps,
    forecast: deployment.plan.forecast,
    previous: deployment.previous?.version ?? null,
    targets: deployment.plan.targets.map(({ id }) => {
      const { state: stands, version } = progressOf(deployment, id);
      return `${id} ${stands} ${version}`;
    }),
    verdicts: Object.values(deployment.analyses).map(
      ({ analysis, report }) => `${analysis}: ${report?.verdict}, ${report?.reason}`,
    ),
    health: deployment.health?.status ?? null,
    active: active?.version ?? null,
  };
}

const targets = Array.from({ length: 20 }, (_, n) => ({ id: `web-${n + 1}`, address: 'here:80' }));
const analyses = {
  errors: {
    interval: '100ms',
    count: 3,
    metrics: [
      {
        kind: 'rate',
        name: 'errors',
        source: 'counts',
        query: 'errors?version={version}',
        total: 'requests?version={version}',
        baseline: 'stable',
        maxIncrease: 0.01,
      },
    ],
  },
} as const satisfies NonNullable<ConfigInput['services'][string]>['analyses'];

interface Case {
  readonly name: string;
  readonly strategy: NonNullable<ConfigInput['services'][string]>['strategy'];
  readonly reality?: Partial<Reality>;
  readonly promoter?: string;
  readonly simulation?: SimulationOptionsInput;
  readonly ends: string;
}

const cases: readonly Case[] = [
  {
    name: 'a canary with waits, of which one target flakes once',
    strategy: { kind: 'canary', stages: [10, 50, 100], wait: '150ms' },
    reality: { trouble: { target: 'web-3', how: 'flake' } },
    simulation: { faults: ['web-3=1'] },
    ends: 'completed',
  },
  {
    name: 'a canary in whose second stage a target refuses the version',
    strategy: { kind: 'canary', stages: [10, 50, 100], wait: '50ms' },
    reality: { trouble: { target: 'web-7', how: 'refuse' } },
    simulation: { faults: ['web-7'] },
    ends: 'rolled_back',
  },
  {
    name: 'a canary whose analysis turns bad',
    strategy: { kind: 'canary', stages: [25, 100], wait: '50ms', analysis: { name: 'errors' } },
    reality: { errors: { '1.0.0': 10, '2.0.0': 200 } },
    simulation: { metrics: { errors: { canary: 0.2, baseline: 0.01 } } },
    ends: 'rolled_back',
  },
  {
    name: 'a canary that is measured well, and waits at a gate for somebody',
    strategy: {
      kind: 'canary',
      stages: [{ targets: 25, gate: { name: 'go' }, analyze: 'errors' }, 100],
      wait: '200ms',
    },
    reality: { errors: { '1.0.0': 10, '2.0.0': 10 } },
    promoter: 'ann',
    simulation: { metrics: { errors: { canary: 0.01, baseline: 0.01 } } },
    ends: 'completed',
  },
];

describe('a simulation and a real run of the same configuration, by a real worker on real Redis,', () => {
  test.each(cases)('agree on $name', async ({ strategy, reality, promoter, simulation, ends }) => {
    const trouble = { target: 'nobody', how: 'refuse' } as const;
    const service = { targets, strategy, analyses, policy: { retryDelay: '100ms' } };
    const config = await realConfig(service, { trouble, errors: {}, ...reality });

    const real = await runForReal(config, promoter ?? null);
    const simulated = await createSimulation({
      ...{ spec: config, service: 'api', version: '2.0.0', previousVersion: '1.0.0' },
      ...simulation,
    }).then((it) => it.deploy());

    expect(real.deployment.state.status).toBe(ends);
    expect(storyOf(simulated.events)).toEqual(storyOf(real.events));
    expect(outcomeOf(simulated)).toEqual(outcomeOf(real));
  });
});
