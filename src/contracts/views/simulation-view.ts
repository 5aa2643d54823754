import { type Deployment, stepsOf } from '../../domain/model/deployment/deployment.js';
import { resultOf } from '../../domain/plan/result/deployment-result.js';
import type { RecordedEvent } from '../../domain/model/deployment/plan-event.js';
import { reasonOf } from '../../domain/model/deployment/plan-state.js';
import type { ActiveDeployment } from '../../domain/model/active-deployment.js';
import type { Version } from '../../domain/model/ids.js';
import { eventViews, isoTime } from './deployment-view.js';

/** What a simulation came to. */
export interface Simulated {
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
  /** Epoch milliseconds, by the virtual clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Why it goes no further by itself; `null` where it has ended. */
  readonly waitsFor: string | null;
  /** What the service's record says is live afterwards. */
  readonly active: ActiveDeployment | null;
  /** What the simulated targets really run, whatever was reported of them. */
  readonly runs: ReadonlyMap<string, Version | null>;
}

/** A simulation that could not begin: the field, and what was wanted of it. */
export interface SimulationRefusal {
  readonly path: string;
  readonly message: string;
}

/** A simulation as `--json` prints it. */
export function simulationView(simulated: Simulated) {
  const { deployment, events, startedAt, waitsFor, active } = simulated;
  const { id, service, environment, version, plan, previous, state, health } = deployment;
  const { targetsUpdated, targetsFailed, errors } = resultOf(deployment);
  return {
    plan: {
      ...{ id, service, environment, version },
      strategy: plan.strategy,
      targets: plan.targets.length,
      steps: stepsOf(deployment),
    },
    forecast: plan.forecast,
    timeline: eventViews(deployment, events).map((event) => ({
      /** Milliseconds since the simulation began. */
      at: Date.parse(event.time) - startedAt,
      ...event,
    })),
    outcome: {
      state: state.status,
      reason: reasonOf(state),
      waitsFor,
      previousVersion: previous?.version ?? null,
      activeVersion: active?.version ?? null,
      health: health?.status ?? null,
      targetsUpdated,
      targetsFailed,
      errors,
      runs: runsByVersion(simulated),
      durationMs: simulated.endedAt - startedAt,
      endedAt: isoTime(simulated.endedAt),
    },
  };
}

/** How many targets really run what; most first. */
export function runsByVersion({ runs }: Pick<Simulated, 'runs'>): readonly {
  readonly version: Version | null;
  readonly targets: number;
}[] {
  const counts = new Map<Version | null, number>();
  for (const version of runs.values()) counts.set(version, (counts.get(version) ?? 0) + 1);
  return [...counts]
    .map(([version, targets]) => ({ version, targets }))
    .toSorted((a, b) => b.targets - a.targets);
}
