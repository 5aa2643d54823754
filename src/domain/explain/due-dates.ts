import { deadlinesOf } from '../plan/deadlines.js';
import { type Deployment, stepsOf } from '../model/deployment/deployment.js';
import { startDue } from '../policy/admission.js';
import { approvalAskedAt, approvalDue } from '../policy/approval.js';
import type { DueDate } from './explanation.js';

/** Which deadline fires when, and what that comes to; the nearest first. */
export function dueDates(deployment: Deployment): readonly DueDate[] {
  const { state, plan, progress } = deployment;
  const all: DueDate[] = deadlinesOf(deployment).map(({ kind, at }) => ({
    kind,
    at,
    outcome: kind === 'rollback_deadline' ? 'the rollback is given up' : onFailure(deployment),
  }));
  const add = (kind: DueDate['kind'], at: number | null, outcome: string): void => {
    if (at !== null) all.push({ kind, at, outcome });
  };
  if (state.status === 'draft') {
    add(
      'approval_expiry',
      approvalDue(plan.policy, approvalAskedAt(deployment)),
      'it is cancelled',
    );
  }
  if (state.status === 'approved') {
    add('start_by', startDue(plan.policy, progress.approvedAt), 'it is cancelled');
  }
  if (state.status === 'executing') {
    if (state.gate) add('gate', state.gate.until, gateThen(deployment, state.step));
    all.push(...targetDeadline(deployment));
  }
  return all.toSorted((a, b) => a.at - b.at);
}

const onFailure = ({ plan }: Deployment): string =>
  plan.policy.onFailure === 'rollback'
    ? 'it is rolled back'
    : 'it fails and is left as it is for a person';

function gateThen(deployment: Deployment, index: number): string {
  const step = stepsOf(deployment)[index];
  return step?.kind === 'gate' && step.onTimeout === 'promote'
    ? 'it goes on by itself'
    : onFailure(deployment);
}

/** The nearest of the targets that are being called. */
function targetDeadline({ plan, targets }: Deployment): readonly DueDate[] {
  const { targetDeadline: most } = plan.policy;
  if (most === null) return [];
  const due = [...targets].flatMap(([id, { state, since }]) =>
    state === 'started' && since !== undefined ? [{ id, at: since + most }] : [],
  );
  const [nearest] = due.toSorted((a, b) => a.at - b.at);
  if (nearest === undefined) return [];
  const outcome = `a call on ${nearest.id} that fails is not repeated`;
  return [{ kind: 'target_deadline', at: nearest.at, outcome }];
}
