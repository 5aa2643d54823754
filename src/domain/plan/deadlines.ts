import { nextMeasurementAt, nextRoundAt } from '../model/deployment/analysis-progress.js';
import { awaitedAnalyses } from './awaited-analyses.js';
import { type Deployment, stepsOf } from '../model/deployment/deployment.js';
import type { PlanState } from '../model/deployment/plan-state.js';

type UnderWay = Extract<PlanState, { status: 'executing' | 'verifying' }>;

export interface Deadline {
  readonly kind: 'deadline' | 'progress_deadline' | 'rollback_deadline';
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * What must have happened by when; none while it is paused, at a gate, or held
 * because no worker is configured for its service. The
 * plan's own waits and the time it was held do not count against it.
 */
export function deadlinesOf(deployment: Deployment): readonly Deadline[] {
  const { startedAt, plan, state, progress } = deployment;
  const { deadline, progressDeadline } = plan.policy;
  if (progress.hold?.kind === 'configuration') return [];
  if (state.status === 'rolling_back') {
    return [{ kind: 'rollback_deadline', at: state.since + deadline + progress.heldMs }];
  }
  if (startedAt === null || (state.status !== 'executing' && state.status !== 'verifying')) {
    return [];
  }
  if (state.status === 'executing' && state.gate !== undefined) return [];
  const absolute =
    startedAt + deadline + plan.forecast.waitMs + plan.forecast.analysisMs + progress.heldMs;
  const all: Deadline[] = [{ kind: 'deadline', at: absolute }];
  if (progressDeadline !== null) {
    all.push({ kind: 'progress_deadline', at: lastProgress(deployment, state) + progressDeadline });
  }
  return all;
}

/** The first deadline that has passed by `now`. */
export const missedDeadline = (deployment: Deployment, now: number): Deadline | undefined =>
  deadlinesOf(deployment).find(({ at }) => now > at);

/** What a missed deadline comes to in a reason. */
export function deadlineReason({ kind }: Deadline): string {
  return kind === 'progress_deadline' ? 'progress deadline passed' : 'deadline passed';
}

/**
 * When it was last seen to come on: it got further, a wait of the plan ended, or
 * the analysis it stands at measured and measures again. Times to come count as
 * long as they are to come.
 */
export function lastProgress(deployment: Deployment, state: UnderWay): number {
  const { startedAt, progress } = deployment;
  const { waitUntil } = state;
  const resting = state.status === 'executing' && state.attempts !== undefined ? 0 : waitUntil;
  return Math.max(
    startedAt ?? 0,
    progress.progressAt ?? 0,
    resting ?? 0,
    state.status === 'executing' ? lastMeasured(deployment, state.step) : 0,
  );
}

/** Only of the analyses that the deployment waits for: others in the background are no progress. */
function lastMeasured(deployment: Deployment, at: number): number {
  const step = stepsOf(deployment)[at];
  if (step?.kind === 'measure') {
    const next = awaitedAnalyses(deployment, step).map(({ spec, progress }) =>
      nextRoundAt(spec, progress),
    );
    return Math.max(0, ...next);
  }
  const progress = deployment.analyses[at];
  if (step?.kind !== 'analyze' || step.mode !== 'inline' || progress === undefined) return 0;
  const spec = deployment.plan.analyses.find(({ name }) => name === step.analysis);
  const next = spec === undefined ? null : nextMeasurementAt(spec, progress.progress);
  return next ?? progress.progress.lastRoundAt ?? 0;
}
