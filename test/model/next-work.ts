import type { DeploymentId, TargetId } from '../../src/domain/model/ids.js';
import { decided, type Said } from '../../src/domain/plan/machine/decided.js';
import {
  type Deployment,
  progressOf,
  stepsOf,
} from '../../src/domain/model/deployment/deployment.js';
import { failed, givenUp } from '../../src/domain/plan/machine/failure.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { Report } from '../../src/domain/plan/machine/report-rules.js';
import { stepEnd } from '../../src/domain/plan/conclusions/step-end.js';
import { verificationEnd } from '../../src/domain/plan/conclusions/verification-end.js';
import { wayBackEnd } from '../../src/domain/plan/conclusions/way-back-end.js';
import type { ServiceRecord } from '../../src/domain/model/service-status.js';
import { beginOn } from '../support/store-hand.js';

/** A worker with its claim: what it knows may be old, and its fence too. */
export interface Session {
  readonly id: DeploymentId;
  readonly worker: string;
  readonly fence: number;
  view: Deployment;
  /** The service as it knows it. */
  service: ServiceRecord;
}

/** What it comes to; nothing where it is refused. */
export function eventsOf(deployment: Deployment, said: Said): readonly PlanEvent[] {
  const decision = decided(deployment, said);
  return decision.ok ? decision.value : [];
}

/**
 * What a worker under this claim would say next of a deployment; `null` where it has nothing to say.
 *
 * @param luck 0 to 99: under 80 all goes well
 */
export function nextWork(session: Session, view: Deployment, luck: number): Said | null {
  const candidates = candidatesOf(session, view, luck);
  return candidates.find((said) => eventsOf(view, said).length > 0) ?? null;
}

function candidatesOf(session: Session, view: Deployment, luck: number): readonly Said[] {
  const { state } = view;
  const well = luck < 80;
  if (state.status === 'approved') return [beginOn(session.service)];
  if (state.status === 'verifying') {
    const status = well ? 'healthy' : 'unhealthy';
    return [verificationEnd({ status, reason: 'seen', checks: [] }, 6_000)];
  }
  if (state.status === 'executing') {
    const step = stepsOf(view)[state.step];
    const targets = step?.kind === 'deploy' ? step.targets : [];
    return [
      ...targets.flatMap((target) => forwards(session, view, target, luck)),
      stepEnd(state.step),
      failed('it broke'),
    ];
  }
  if (state.status !== 'rolling_back') return [];
  return [
    ...[...view.targets.keys()].flatMap((target) => backwards(session, view, target, well)),
    wayBackEnd(null),
    givenUp('not restored'),
  ];
}

function forwards(
  { fence, worker }: Session,
  view: Deployment,
  target: TargetId,
  luck: number,
): readonly Report[] {
  const { state, fence: calledUnder, attempts } = progressOf(view, target);
  if (state === 'updated') return [];
  if (luck % 7 === 0) return [{ type: 'deployment.target_draining', target }];
  if (state !== 'started' || calledUnder !== fence) {
    return [{ type: 'deployment.target_started', target, fence, worker }];
  }
  if (luck < 80) {
    return [{ type: 'deployment.target_updated', target, evidence: { shown: true } }];
  }
  const error = 'broken';
  if (luck % 2 === 0 && attempts === 0) {
    return [
      { type: 'deployment.target_retried', target, error, attempt: attempts + 1, retryAt: 6_000 },
    ];
  }
  return [{ type: 'deployment.target_failed', target, error, evidence: null, cause: 'call' }];
}

function backwards(
  { fence, worker }: Session,
  view: Deployment,
  target: TargetId,
  well: boolean,
): readonly Report[] {
  const { state, fence: calledUnder } = progressOf(view, target);
  if (state === 'restored') return [];
  const version = view.previous?.version ?? null;
  if (state !== 'restoring' || calledUnder !== fence) {
    return [{ type: 'deployment.target_restoring', target, version, fence, worker }];
  }
  return [
    well
      ? { type: 'deployment.target_restored', target, version, evidence: {} }
      : { type: 'deployment.target_restore_failed', target, error: 'broken', evidence: null },
  ];
}
