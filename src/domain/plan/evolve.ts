import { type Deployment, progressOf, stepsOf } from './deployment.js';
import { evolveAnalyses } from './evolve-analyses.js';
import { evolveCourse } from './evolve-course.js';
import { evolveState } from './evolve-state.js';
import { changedTarget } from './evolve-target.js';
import type { PlanEvent, RecordedEvent } from './plan-event.js';
import { isTerminal } from './plan-state.js';
import { servedBy } from './served-by.js';
import type { TargetProgress, TargetState } from './target.js';

/** The deployment after an event. `run` is the store's to count and stays as it is. */
export function evolve(deployment: Deployment, { event, at, sequence }: RecordedEvent): Deployment {
  const targets = nextTargets(deployment, event, at);
  const state = evolveState(deployment.state, event, at);
  const began = event.type === 'deployment.started';
  return {
    ...deployment,
    state,
    revision: sequence,
    targets,
    course: evolveCourse(deployment, event, at),
    analyses: evolveAnalyses(deployment, event, at),
    previous: began ? event.previous : deployment.previous,
    health: healthIn(event) ?? deployment.health,
    succeeded: deployment.succeeded || event.type === 'deployment.completed',
    startedAt: began ? at : deployment.startedAt,
    endedAt: isTerminal(state.status) ? at : null,
  };
}

function healthIn(event: PlanEvent): Deployment['health'] {
  return 'verification' in event ? event.verification : null;
}

function nextTargets(deployment: Deployment, event: PlanEvent, at: number): Deployment['targets'] {
  if (event.type === 'deployment.rollback_started') return triedAgain(deployment.targets);
  if (event.type === 'deployment.retried') return pendingAgain(deployment.targets);
  if (event.type === 'deployment.step_completed') return backInService(deployment, event.step);
  const changed = changedTarget(deployment, event, at);
  if (changed === null) return deployment.targets;
  return new Map(deployment.targets).set(changed[0], {
    ...progressOf(deployment, changed[0]),
    ...changed[1],
  });
}

function backInService(deployment: Deployment, step: number): Deployment['targets'] {
  const { targets } = deployment;
  const back = servedBy(stepsOf(deployment), step).filter((id) => targets.get(id)?.away);
  if (back.length === 0) return targets;
  return new Map([
    ...targets,
    ...back.map((id) => [id, { ...progressOf(deployment, id), away: false }] as const),
  ]);
}

/** A rollback that is asked for again tries what the one before it gave up. */
function triedAgain(targets: Deployment['targets']): Deployment['targets'] {
  if (![...targets.values()].some(({ state }) => state === 'unrestored')) return targets;
  return new Map(
    [...targets].map(([id, progress]) => [
      id,
      progress.state === 'unrestored' ? { ...progress, state: stateBefore(progress) } : progress,
    ]),
  );
}

/** What was left as it is still runs the version it has. */
const stateBefore = ({ version }: TargetProgress): TargetState =>
  version === null ? 'failed' : 'updated';

/** The time it may take begins anew with the next call. */
function untimed(progress: TargetProgress): TargetProgress {
  const { since, ...rest } = progress;
  return since === undefined ? progress : rest;
}

/** A retry calls again what failed: as a call whose end is known, so that there is nothing to settle. */
function pendingAgain(targets: Deployment['targets']): Deployment['targets'] {
  return new Map(
    [...targets].map(([id, progress]) => [
      id,
      progress.state === 'failed'
        ? { ...untimed(progress), state: 'started', retryAt: 0, attempts: 0, error: null }
        : progress,
    ]),
  );
}
