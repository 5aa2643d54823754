import type { Verification } from '../domain/health/verification.js';
import { type Deployment, progressOf, resultOf } from '../domain/plan/deployment.js';
import { evolve } from '../domain/plan/evolve.js';
import type { RecordedEvent } from '../domain/plan/plan-event.js';
import { isTerminal, type PlanStatus, reasonOf } from '../domain/plan/plan-state.js';

/** An event of one deployment, in the words in which `subscribe` tells it. */
export interface EventDocument {
  readonly sequence: number;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** After the event. */
  readonly state: PlanStatus;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A deployment as JSON: what `signalbox show --json` prints. Programs rely on this shape. */
export function deploymentDocument(deployment: Deployment, events: readonly RecordedEvent[]) {
  const { id, service, environment, version, previous, state, plan, health } = deployment;
  const { steps, targets, strategy, forecast, checks, policy, driver } = plan;
  return {
    id,
    service,
    environment,
    version,
    previousVersion: previous?.version ?? null,
    state: state.status,
    reason: reasonOf(state),
    plan: { steps, targets, strategy, forecast, checks, policy, driver },
    targets: targets.map((target) => {
      const { state: stands, version: runs, error } = progressOf(deployment, target.id);
      return { id: target.id, version: runs, state: stands, error };
    }),
    result: isTerminal(state.status) ? resultDocument(deployment) : null,
    health: healthDocument(health),
    events: eventDocuments(deployment, events),
  };
}

export function eventDocuments(
  deployment: Deployment,
  events: readonly RecordedEvent[],
): readonly EventDocument[] {
  let folded: Deployment = { ...deployment, state: { status: 'draft' }, targets: new Map() };
  return events.map((recorded) => {
    const { type, ...data } = recorded.event;
    // What happens on a target leaves the state alone, and would copy the targets each time.
    if (!('target' in recorded.event)) folded = evolve(folded, recorded);
    const { sequence, at, actor } = recorded;
    return { sequence, type, time: isoTime(at), state: folded.state.status, actor, data };
  });
}

function resultDocument(deployment: Deployment) {
  const { success, targetsUpdated, targetsFailed, durationMs, errors } = resultOf(deployment);
  return { success, targetsUpdated, targetsFailed, durationMs, errors };
}

const healthDocument = (health: Verification | null) =>
  health && {
    ...health,
    checks: health.checks.map((check) => ({ ...check, at: isoTime(check.at) })),
  };

export const isoTime = (at: number): string => new Date(at).toISOString();
