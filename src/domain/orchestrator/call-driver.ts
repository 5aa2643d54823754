import type { TargetId, Version } from '../ids.js';
import { progressOf } from '../plan/deployment.js';
import { UNSETTLED } from '../plan/left-behind.js';
import type { PlanCommand } from '../plan/plan-command.js';
import type { Target } from '../plan/target.js';
import type { DriverCall, DriverFailure } from '../ports/target-driver.js';
import type { RouterFailure } from '../ports/traffic-router.js';
import { err, type Result } from '../result.js';
import type { Evidence } from '../plan/target.js';
import { boundTo } from './bound-to.js';
import { Superseded } from './journal.js';
import type { Leg, Rest } from './leg.js';
import { wasCarriedOut } from './observe-call.js';
import { routeCall } from './route-call.js';

export interface CallPlan {
  /** The state that the intent leads to. */
  readonly state: 'started' | 'restoring' | 'retiring';
  readonly action: DriverCall['action'];
  readonly version: Version | null;
  readonly intent: (target: TargetId) => PlanCommand;
  readonly done: (target: TargetId, evidence: Evidence) => PlanCommand;
  readonly failed: (target: TargetId, failure: DriverFailure) => PlanCommand;
}

/**
 * One driver call, the way every one is made: settle what an earlier run may
 * still be doing there, and take its word where the target shows that it was
 * done; else write the intent, call, report. Answers when to try again, if it is
 * to be tried again.
 *
 * @throws Superseded when the fence turns out to be too old
 */
export async function callDriver(leg: Leg, target: Target, plan: CallPlan): Promise<Rest> {
  const { journal, clock } = leg;
  const before = progressOf(journal.deployment, target.id);
  // What a failed deploy call waits for is no reason for its rollback to wait.
  if (before.state === plan.state && before.retryAt !== null && before.retryAt > clock.now())
    return before.retryAt;

  const call = driverCall(leg, target, plan);
  if (before.retryAt === null && UNSETTLED.has(before.state)) {
    const { worker, calledAt, fence } = before;
    const earlier = { ...call, fence, worker, calledAt };
    const wait = await leg.driver.settle(earlier, leg.abort);
    if (wait > 0) return clock.now() + wait;
    // Only a call of the same kind can have done what this one is to do, and the
    // fence of one that was repeated does not tell its attempts apart.
    const telling = before.state === plan.state && before.attempts === 0;
    if (telling && (await wasCarriedOut(leg, earlier))) {
      journal.submit(plan.done(target.id, { observed: true, fence }));
      return null;
    }
    // What could not be seen now may be seen by the next run: that call stays the last one.
    if (leg.abort.aborted) return null;
  }

  const ticket = journal.submit(plan.intent(target.id));
  await journal.flush();
  if (ticket.refusal !== null || leg.abort.aborted) return null;

  const answer = await apply(leg, call);
  if (answer.ok) {
    journal.submit(plan.done(target.id, answer.value));
    return null;
  }
  const failure = answer.error;
  const { code, message } = failure;
  const bound = { ...boundTo(journal.deployment), target: target.id, action: plan.action };
  leg.log.error({ ...bound, code, reason: message }, 'the driver failed');
  if (failure.code === 'driver/fenced') throw new Superseded(failure.message);
  // Stopped by us: the intent stands, and the next run settles it.
  if (leg.abort.aborted) return null;
  journal.submit(plan.failed(target.id, failure));
  return progressOf(journal.deployment, target.id).retryAt;
}

function driverCall(leg: Leg, target: Target, { action, version }: CallPlan): DriverCall {
  const { id, service, environment, previous } = leg.journal.deployment;
  return {
    action,
    service,
    environment,
    deploymentId: id,
    target,
    version,
    previousVersion: previous?.version ?? null,
    fence: leg.fence,
  };
}

/** Connections are drained before a target is touched, and only then. */
async function apply(leg: Leg, call: DriverCall): Promise<Result<Evidence, DriverFailure>> {
  const { router, journal, abort } = leg;
  if (router !== null) {
    const drained = await router.drain(routeCall(journal.deployment), call.target.id, abort);
    if (!drained.ok) return err(asDriverFailure(drained.error));
  }
  return applied(leg, call);
}

function asDriverFailure({ message, transient, code }: RouterFailure): DriverFailure {
  const aborted = code === 'router/aborted';
  return { code: aborted ? 'driver/aborted' : 'driver/rejected', message, transient };
}

/** A driver that throws has failed: the target is the poorer for it, not the deployment's record. */
async function applied(leg: Leg, call: DriverCall): Promise<Result<Evidence, DriverFailure>> {
  try {
    return await leg.driver.apply(call, leg.abort);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return err({ code: 'driver/rejected', message, transient: false });
  }
}
