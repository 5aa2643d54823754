import { levelled } from '../../model/traffic/capacities.js';
import {
  capacitiesIn,
  type Deployment,
  progressMap,
  withProgress,
} from '../../model/deployment/deployment.js';
import { calledAgain } from '../called-again.js';
import { evolveAnalyses } from './evolve-analyses.js';
import { evolveProgress } from './evolve-progress.js';
import { evolveState } from './evolve-state.js';
import { changedTarget } from './evolve-target.js';
import type { PlanEvent, RecordedEvent } from '../../model/deployment/plan-event.js';
import { wayBackOf } from '../../model/deployment/takes-back.js';
import { isTerminal, type PlanState } from '../../model/deployment/plan-state.js';
import { PENDING, type TargetProgress } from '../../model/target.js';

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
    progress: evolveProgress(deployment, event, at),
    analyses: evolveAnalyses(deployment, event, at),
    ...leadingBack(deployment, event),
    health: healthAfter(deployment, event),
    succeeded: deployment.succeeded || event.type === 'deployment.completed',
    startedAt: began ? at : deployment.startedAt,
    endedAt: endOf(deployment, state, at),
  };
}

/** What comes behind its end is not its end. */
const endOf = ({ state: was, endedAt }: Deployment, now: PlanState, at: number): number | null => {
  if (!isTerminal(now.status)) return null;
  return isTerminal(was.status) ? endedAt : at;
};

/** Where its way back leads, and what it has for that. */
function leadingBack(
  deployment: Deployment,
  event: PlanEvent,
): Pick<Deployment, 'previous' | 'declared' | 'shares' | 'takesBack'> {
  const { previous, declared, shares, takesBack } = deployment;
  if (event.type === 'deployment.started') {
    const { previous: under, declared: meant, shares: its, takesBack: past = null } = event;
    return { previous: under, declared: meant, shares: its, takesBack: past };
  }
  if (event.type !== 'deployment.rollback_started')
    return { previous, declared, shares, takesBack };
  const way = wayBackOf(deployment);
  const further = way.declared === declared ? null : way.declared;
  if (further === null || further.shares === null) return { ...way, shares, takesBack };
  const its = levelled(further.shares, further.capacities, capacitiesIn(deployment));
  return { ...way, shares: its, takesBack };
}

/** A retry is judged anew. */
function healthAfter({ health }: Deployment, event: PlanEvent): Deployment['health'] {
  if (event.type === 'deployment.retried') return null;
  return ('verification' in event ? event.verification : null) ?? health;
}

function nextTargets(deployment: Deployment, event: PlanEvent, at: number): Deployment['targets'] {
  if (event.type === 'deployment.rollback_started') return triedAgain(deployment);
  if (event.type === 'deployment.retried') return pendingAgain(deployment);
  const change = changedTarget(deployment, event, at);
  return change === null ? deployment.targets : withProgress(deployment, ...change);
}

/** A rollback tries at once what waited, and what the one before it gave up. */
const triedAgain = (deployment: Deployment): Deployment['targets'] =>
  changed(
    deployment,
    ({ state, retryAt }) => state === 'restore_failed' || retryAt !== null,
    ({ state, version }) => ({
      ...{ retryAt: null, attempts: 0 },
      // What was left as it is still runs the version it has.
      ...(state === 'restore_failed' && { state: version === null ? 'failed' : 'updated' }),
    }),
  );

/** A retry calls again what failed, and the time that it may take begins anew. */
function pendingAgain(deployment: Deployment): Deployment['targets'] {
  const isCalledAgain = calledAgain(deployment);
  return progressMap(
    deployment.plan,
    [...deployment.targets].map(([id, was]) => {
      const { fence, worker, calledAt } = was;
      const again = { ...PENDING, fence, worker, calledAt };
      return [id, isCalledAgain(id) ? again : was] as const;
    }),
  );
}

function changed(
  { targets }: Deployment,
  is: (progress: TargetProgress) => boolean,
  change: (progress: TargetProgress) => Partial<TargetProgress>,
): Deployment['targets'] {
  let now = targets;
  for (const [id, progress] of targets) {
    if (is(progress)) now = withProgress({ targets: now }, id, change(progress));
  }
  return now;
}
