import { assertNever } from '../assert-never.js';
import type { TargetId } from '../ids.js';
import { type Deployment, progressOf } from './deployment.js';
import type { PlanEvent, RecordedEvent } from './plan-event.js';
import { isTerminal, type PlanState } from './plan-state.js';
import type { TargetProgress } from './target.js';

/** The deployment after an event. `run` is the store's to count and stays as it is. */
export function evolve(deployment: Deployment, { event, at, sequence }: RecordedEvent): Deployment {
  const targets = nextTargets(deployment, event, at);
  const state = nextState(deployment.state, event, at);
  const ended = isTerminal(state.status);
  return {
    ...deployment,
    state,
    revision: sequence,
    targets,
    previous: event.type === 'deployment.started' ? event.previous : deployment.previous,
    health: healthIn(event) ?? deployment.health,
    succeeded: deployment.succeeded || event.type === 'deployment.completed',
    startedAt: event.type === 'deployment.started' ? at : deployment.startedAt,
    endedAt: ended ? at : null,
  };
}

function nextState(state: PlanState, event: PlanEvent, at: number): PlanState {
  switch (event.type) {
    case 'deployment.planned':
      return { status: 'draft' };
    case 'deployment.approved':
      return { status: 'approved' };
    case 'deployment.started':
      return { status: 'executing', step: 0, waitUntil: null };
    case 'deployment.waiting':
      return { status: 'executing', step: event.step, waitUntil: event.until };
    case 'deployment.step_completed':
      return { status: 'executing', step: event.step + 1, waitUntil: null };
    case 'deployment.verifying':
      return { status: 'verifying', attempt: 0, waitUntil: null };
    case 'deployment.inconclusive':
      return { status: 'verifying', attempt: attemptOf(state) + 1, waitUntil: event.retryAt };
    case 'deployment.paused':
      return state.status === 'executing' || state.status === 'verifying'
        ? { status: 'paused', from: state, reason: event.reason }
        : state;
    case 'deployment.resumed':
      return state.status === 'paused' ? state.from : state;
    case 'deployment.completed':
      return { status: 'completed' };
    case 'deployment.rollback_started':
      return { status: 'rolling_back', reason: event.reason, cause: event.cause, since: at };
    case 'deployment.rolled_back':
      return { status: 'rolled_back', reason: event.reason };
    case 'deployment.failed':
      return { status: 'failed', reason: event.reason };
    case 'deployment.cancelled':
      return { status: 'cancelled', reason: event.reason };
    case 'deployment.target_started':
    case 'deployment.target_updated':
    case 'deployment.target_retried':
    case 'deployment.target_failed':
    case 'deployment.target_restoring':
    case 'deployment.target_restored':
    case 'deployment.target_unrestored':
    case 'deployment.verified':
      return state;
    default:
      return assertNever(event);
  }
}

const attemptOf = (state: PlanState): number => (state.status === 'verifying' ? state.attempt : 0);

function healthIn(event: PlanEvent): Deployment['health'] {
  return 'verification' in event ? event.verification : null;
}

function nextTargets(deployment: Deployment, event: PlanEvent, at: number): Deployment['targets'] {
  if (event.type === 'deployment.rollback_started') return triedAgain(deployment.targets);
  const changed = changedTarget(deployment, event, at);
  if (changed === null) return deployment.targets;
  return new Map(deployment.targets).set(changed[0], {
    ...progressOf(deployment, changed[0]),
    ...changed[1],
  });
}

/** A rollback that is asked for again tries what the one before it gave up. */
function triedAgain(targets: Deployment['targets']): Deployment['targets'] {
  if (![...targets.values()].some(({ state }) => state === 'unrestored')) return targets;
  return new Map(
    [...targets].map(([id, progress]) => [
      id,
      progress.state === 'unrestored' ? { ...progress, state: 'failed' } : progress,
    ]),
  );
}

type Change = readonly [TargetId, Partial<TargetProgress>] | null;

function changedTarget({ version, targets }: Deployment, event: PlanEvent, at: number): Change {
  if (!('target' in event)) return null;
  switch (event.type) {
    case 'deployment.target_started':
    case 'deployment.target_restoring': {
      const state = event.type === 'deployment.target_started' ? 'started' : 'restoring';
      const { fence, worker } = event;
      const attempts = targets.get(event.target)?.state === state ? {} : { attempts: 0 };
      return [
        event.target,
        { state, fence, worker, calledAt: at, retryAt: null, version: null, ...attempts },
      ];
    }
    case 'deployment.target_updated':
      return [event.target, { state: 'updated', version, evidence: event.evidence, error: null }];
    case 'deployment.target_retried':
      return [
        event.target,
        { attempts: event.attempt, retryAt: event.retryAt, error: event.error },
      ];
    case 'deployment.target_failed':
      return [
        event.target,
        { state: 'failed', error: event.error, evidence: event.evidence, retryAt: null },
      ];
    case 'deployment.target_restored':
      return [
        event.target,
        { state: 'restored', version: event.version, evidence: event.evidence, retryAt: null },
      ];
    case 'deployment.target_unrestored':
      return [
        event.target,
        { state: 'unrestored', error: event.error, evidence: event.evidence, retryAt: null },
      ];
    default:
      return assertNever(event);
  }
}
