import type { TargetId } from '../model/ids.js';
import type { PlanEvent, RecordedEvent } from '../model/deployment/plan-event.js';
import type { Evidence } from '../model/target.js';

/** The last failure on a target that nothing has made good since. */
export interface FailedCall {
  readonly target: TargetId;
  readonly error: string;
  readonly evidence: Evidence | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What failed on which target, the last failure of each, oldest first. What a retry begins anew is forgotten. */
export function failedCalls(events: readonly RecordedEvent[]): readonly FailedCall[] {
  const failed = new Map<TargetId, FailedCall>();
  for (const { event, at } of events) {
    if (event.type === 'deployment.retried') failed.clear();
    if (event.type === 'deployment.target_updated') failed.delete(event.target);
    if (!isFailure(event)) continue;
    const { target, error, evidence = null } = event;
    failed.delete(target);
    failed.set(target, { target, error, evidence, at });
  }
  return [...failed.values()];
}

type Failure = Extract<
  PlanEvent,
  {
    readonly type:
      | 'deployment.target_failed'
      | 'deployment.target_retried'
      | 'deployment.target_restore_failed'
      | 'deployment.target_retire_failed';
  }
>;

const isFailure = (event: PlanEvent): event is Failure => FAILURES.has(event.type);

const FAILURES: ReadonlySet<string> = new Set<Failure['type']>([
  'deployment.target_failed',
  'deployment.target_retried',
  'deployment.target_restore_failed',
  'deployment.target_retire_failed',
]);
