import type { DeploymentId } from '../../domain/model/ids.js';
import { command } from '../../domain/orchestrator/journal/command.js';
import type { OrchestratorPorts } from '../../domain/orchestrator/orchestrator-ports.js';
import { type WorkOwed, workOwed } from '../../domain/model/deployment/work-owed.js';
import { dueAt } from '../../domain/orchestrator/claim/work-plan.js';
import { deadlineReason, missedDeadline } from '../../domain/plan/deadlines.js';
import type { Conclusion } from '../../domain/plan/machine/decision.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { brokenOff } from '../../domain/plan/machine/failure.js';
import { reasonOf } from '../../domain/model/deployment/plan-state.js';
import { START_BY_EXPIRED, startDue } from '../../domain/policy/admission.js';
import { APPROVAL_EXPIRED, approvalAskedAt, approvalDue } from '../../domain/policy/approval.js';
import type { PlanCommand } from '../../domain/plan/machine/plan-command.js';

export interface RescuerPorts extends Pick<
  OrchestratorPorts,
  'store' | 'clock' | 'log' | 'publish' | 'worker'
> {
  /** Whether the job owed is waiting for its turn, being worked on, or not there any more. */
  readonly jobState: (work: WorkOwed) => Promise<'pending' | 'active' | 'gone'>;
  /** What the leader does beside the rescue: releases and promotions. */
  readonly coordinate?: (stop: AbortSignal) => Promise<void>;
}

const ROUND_MS = 1_000;
const LEAD_MS = 3_000;
/** A job that waits its turn is not overdue, its queue is long: it is looked at again after this. */
const PENDING_MS = 10_000;
/** Past its deadline, a deployment whose worker does not end it is ended from here after this long. */
const DEADLINE_GRACE_MS = 10_000;
/** Work published this often and never finished kills its workers, and would for ever. */
const MOST_RUNS = 50;

/**
 * Finds deployments whose owed work is not being done: the worker died, the
 * job was lost or removed, a crash fell between a transition and its job. One
 * worker per cluster does this at a time; two doing it at once do no harm.
 */
export async function runRescuer(ports: RescuerPorts, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      if (await ports.store.lead(ports.worker, LEAD_MS)) {
        await rescueRound(ports, stop);
        await ports.coordinate?.(stop);
      }
    } catch (error) {
      ports.log.warn({ err: error }, 'a round of the rescuer failed');
    }
    await ports.clock.sleep(ROUND_MS, stop);
  }
}

/** One round: looks after everything that is overdue now. */
export async function rescueRound(ports: RescuerPorts, stop: AbortSignal): Promise<void> {
  for (const id of await ports.store.overdue(200)) {
    if (stop.aborted) return;
    try {
      await rescue(ports, id);
    } catch (error) {
      // One whose record can't be read must not keep the others waiting.
      ports.log.error({ err: error, deployment: id }, 'could not be looked after');
      await ports.store.postpone(id, PENDING_MS);
    }
  }
}

async function rescue(ports: RescuerPorts, id: DeploymentId): Promise<void> {
  const { store, clock, log, worker } = ports;
  const deployment = await store.load(id);
  const owed = deployment && workOwed(deployment);
  const ending = deployment && endingOf(deployment, clock.now());
  if (deployment && ending) {
    const { deployment: ended } = await command({ ...ports, actor: worker }, deployment, ending);
    const { service, state } = ended;
    log.error({ deployment: id, service, reason: reasonOf(state) }, 'ended by the rescuer');
  } else if (deployment && owed === null && rests(deployment, clock.now())) {
    await store.postpone(id, (dueAt(deployment) ?? 0) - clock.now());
  } else if (owed && (await ports.jobState(owed)) === 'pending') {
    await store.postpone(id, PENDING_MS);
  } else {
    const renewed = await store.renewWork(id);
    if (renewed === null) return;
    log.warn({ deployment: id, ...renewed }, 'owed work was not being done: published again');
    await ports.publish(renewed);
  }
}

/** Nothing is owed, and yet somebody must look at it later: a draft that will expire. */
function rests(deployment: Deployment, now: number): boolean {
  const due = dueAt(deployment);
  return due !== null && due > now;
}

/** What must end, and how. */
function endingOf(deployment: Deployment, now: number): PlanCommand | Conclusion | null {
  const { state, progress } = deployment;
  const late = lateOrder(deployment, now);
  // What is held asks again and again, and is not the worse for it.
  if (late !== null || (state.status === 'approved' && progress.hold !== null)) return late;
  const missed = missedDeadline(deployment, now - DEADLINE_GRACE_MS);
  const rollingBack = state.status === 'rolling_back';
  // A rollback starts where a poisoned execution ended: it has as many runs again.
  const runs = deployment.run - progress.woken;
  const poison = runs > (rollingBack ? 2 * MOST_RUNS : MOST_RUNS);
  if (missed === undefined && !poison) return null;
  const reason = missed
    ? deadlineReason(missed)
    : `its work was published ${MOST_RUNS} times and never done`;
  return brokenOff(deployment, reason);
}

/** Ends what has waited too long to be approved, or to begin. */
function lateOrder(deployment: Deployment, now: number): PlanCommand | null {
  const { state, plan, progress } = deployment;
  const { status: waiting } = state;
  if (waiting !== 'draft' && waiting !== 'approved') return null;
  const draft = waiting === 'draft';
  const due = draft
    ? approvalDue(plan.policy, approvalAskedAt(deployment))
    : startDue(plan.policy, progress.approvedAt);
  if (due === null || due > now) return null;
  return { type: 'expire', waiting, reason: draft ? APPROVAL_EXPIRED : START_BY_EXPIRED };
}
