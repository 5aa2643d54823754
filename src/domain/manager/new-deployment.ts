import type { DeploymentId, ServiceRef, Version } from '../model/ids.js';
import { NO_PROGRESS } from '../model/deployment/progress.js';
import { type Deployment, progressMap, type Trigger } from '../model/deployment/deployment.js';
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
  const { approve, trigger = 'person', ...fields } = request;
  const actor = request.requestedBy ?? 'unknown';
  const facts: readonly PlanEvent[] = approve
    ? [{ type: 'deployment.planned' }, { type: 'deployment.approved', by: request.requestedBy }]
    : [{ type: 'deployment.planned' }];
  const events = facts.map((event, index) => ({ sequence: index + 1, at, actor, event }));
  const blank: Deployment = {
    ...fields,
    trigger,
    plan,
    state: { status: 'draft' },
    targets: progressMap(plan),
    previous: null,
    declared: null,
    shares: null,
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
