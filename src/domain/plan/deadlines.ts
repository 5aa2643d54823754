import type { Deployment } from './deployment.js';

export interface Deadline {
  readonly kind: 'deadline' | 'progress_deadline' | 'rollback_deadline';
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * What must have happened by when; none while it is paused or at a gate. The
 * plan's own waits and the time it was held do not count against it.
 */
export function deadlinesOf(deployment: Deployment): readonly Deadline[] {
  const { startedAt, plan, state, course } = deployment;
  const { deadline, progressDeadline } = plan.policy;
  if (state.status === 'rolling_back') {
    return [{ kind: 'rollback_deadline', at: state.since + deadline }];
  }
  if (startedAt === null || (state.status !== 'executing' && state.status !== 'verifying')) {
    return [];
  }
  if (state.status === 'executing' && state.gate !== undefined) return [];
  const absolute =
    startedAt + deadline + plan.forecast.waitMs + plan.forecast.analysisMs + course.heldMs;
  const all: Deadline[] = [{ kind: 'deadline', at: absolute }];
  if (progressDeadline !== null) {
    all.push({ kind: 'progress_deadline', at: lastProgress(deployment) + progressDeadline });
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

/** Getting further, the end of a wait, a measurement: what shows that it is not stuck. */
function lastProgress({ startedAt, state, course, analyses }: Deployment): number {
  const waited = 'waitUntil' in state ? (state.waitUntil ?? 0) : 0;
  const resting = state.status === 'executing' && state.attempts !== undefined ? 0 : waited;
  const measured = Object.values(analyses).map(({ progress }) => progress.lastRoundAt ?? 0);
  return Math.max(startedAt ?? 0, course.progressAt ?? 0, resting, ...measured);
}
