import type { DeploymentId, ServiceRef, Version } from '../model/ids.js';
import { NO_PROGRESS } from '../model/deployment/progress.js';
import { type Deployment, progressMap, type Trigger } from '../model/deployment/deployment.js';
import type { RollbackOrder } from '../model/deployment/takes-back.js';
import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import { evolve } from '../plan/fold/evolve.js';
import type { PlanEvent, RecordedEvent } from '../model/deployment/plan-event.js';

/** Who asks for what. */
export interface NewDeployment extends ServiceRef {
  readonly id: DeploymentId;
  readonly version: Version;
  /** Approve it in the same write: the publisher asked, and the policy allows it. */
  readonly approve: boolean;
  readonly requestedBy: string | null;
  readonly trigger?: Trigger;
  /** It goes back to its version: approved, and past windows and freezes, as every rollback. */
  readonly rollback?: RollbackOrder | null;
  readonly idempotencyKey: string | null;
  /** Equal for equal requests. */
  readonly digest: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A deployment as it enters the store, with the events that made it. */
export function newDeployment(
  request: NewDeployment,
  plan: DeploymentPlan,
  at: number,
): { readonly deployment: Deployment; readonly events: readonly RecordedEvent[] } {
  const { approve: _, trigger = 'person', rollback, ...fields } = request;
  const actor = request.requestedBy ?? 'unknown';
  const events = factsOf(request, actor).map((event, index) => ({
    sequence: index + 1,
    at,
    actor,
    event,
  }));
  const blank: Deployment = {
    ...fields,
    trigger,
    plan,
    state: { status: 'draft' },
    targets: progressMap(plan),
    previous: null,
    declared: null,
    shares: null,
    rollback: rollback ?? null,
    takesBack: null,
    health: null,
    progress: NO_PROGRESS,
    analyses: {},
    succeeded: false,
    revision: 0,
    run: 1,
    createdAt: at,
    startedAt: null,
    endedAt: null,
  };
  return { deployment: events.reduce(evolve, blank), events };
}

function factsOf(
  { approve, requestedBy, rollback }: NewDeployment,
  actor: string,
): readonly PlanEvent[] {
  const planned: PlanEvent = { type: 'deployment.planned', ...(rollback && { rollback }) };
  if (!approve) return [planned];
  const approved: PlanEvent = { type: 'deployment.approved', by: requestedBy };
  if (rollback == null) return [planned, approved];
  const reason = `a rollback waits for no window and no freeze: ${rollback.reason}`;
  return [planned, approved, { type: 'deployment.overridden', by: actor, reason }];
}
