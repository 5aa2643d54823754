import { assertNever } from '../../model/assert-never.js';
import type { TargetId } from '../../model/ids.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';
import type { TargetProgress, TargetState } from '../../model/target.js';

type Change = readonly [TargetId, Partial<TargetProgress>] | null;

const INTENTS = {
  'deployment.target_started': 'started',
  'deployment.target_restoring': 'restoring',
  'deployment.target_retiring': 'retiring',
} as const satisfies Partial<Record<PlanEvent['type'], TargetState>>;

/** What an event changes of one target's progress; `null` where it is about none. */
export function changedTarget(
  { version, targets }: Deployment,
  event: PlanEvent,
  at: number,
): Change {
  if (!('target' in event)) return null;
  const { target } = event;
  switch (event.type) {
    case 'deployment.target_started':
    case 'deployment.target_restoring':
    case 'deployment.target_retiring': {
      const state = INTENTS[event.type];
      const { fence, worker } = event;
      const was = targets.get(target);
      const attempts = was?.state === state ? {} : { attempts: 0 };
      const since = was?.state === state && was.since !== undefined ? was.since : at;
      const call = { state, fence, worker, calledAt: at, since, retryAt: null, version: null };
      return [target, { ...call, ...attempts }];
    }
    case 'deployment.target_updated':
      return [target, { state: 'updated', version, evidence: event.evidence, error: null }];
    case 'deployment.target_retried':
      return [target, { attempts: event.attempt, retryAt: event.retryAt, error: event.error }];
    case 'deployment.target_failed':
      return [
        target,
        { state: 'failed', error: event.error, evidence: event.evidence, retryAt: null },
      ];
    case 'deployment.target_retired':
      return [target, { state: 'retired', evidence: event.evidence, error: null }];
    case 'deployment.target_retire_failed':
      return [
        target,
        { state: 'retire_failed', error: event.error, evidence: event.evidence, retryAt: null },
      ];
    case 'deployment.target_restored':
      return [
        target,
        { state: 'restored', version: event.version, evidence: event.evidence, retryAt: null },
      ];
    case 'deployment.target_restore_failed':
      return [
        target,
        { state: 'restore_failed', error: event.error, evidence: event.evidence, retryAt: null },
      ];
    case 'deployment.target_recovered':
    case 'deployment.target_draining':
    case 'deployment.target_closing':
    case 'deployment.target_closed':
    case 'deployment.drain_seen':
    case 'deployment.target_drained':
    case 'deployment.target_admitting':
    case 'deployment.target_admitted':
    case 'deployment.call_settled':
      return null;
    default:
      return assertNever(event);
  }
}
