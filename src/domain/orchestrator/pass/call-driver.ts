import type { TargetId } from '../../model/ids.js';
import { progressOf, targetIn } from '../../model/deployment/deployment.js';
import type { Report } from '../../plan/machine/report-rules.js';
import type { Evidence } from '../../model/target.js';
import type { DriverCall, DriverFailure } from '../../ports/target-driver.js';
import { failedCall, type Way } from '../../reconcile/call-ends.js';
import type { Effect } from '../../reconcile/effect.js';
import type { OpenCall } from '../../model/target-status.js';
import { err, type Result } from '../../model/result.js';
import { boundTo } from '../bound-to.js';
import { Fenced } from '../journal/fenced.js';
import type { Pass } from './pass.js';
import { wasCarriedOut } from './observe-call.js';

type Apply = Extract<Effect, { kind: 'apply' }>;

/**
 * Sees to the end of a call that nobody saw the end of, whoever made it. Where
 * the target shows that just this call was carried out, there is nothing left to
 * do; else it is made again. A number is when to ask again (epoch milliseconds).
 */
export async function settleEarlier(
  pass: Pass,
  { target, version }: Apply,
  earlier: OpenCall,
  way: Way,
): Promise<'open' | 'done' | number> {
  const { journal, clock, driver, abort } = pass;
  const call = {
    ...driverCall(pass, target, earlier),
    worker: earlier.worker,
    calledAt: earlier.since,
  };
  const wait = await driver.settle(call, abort);
  if (wait > 0) return clock.now() + wait;
  // The fence of a call that was repeated does not tell its attempts apart.
  const { id } = journal.deployment;
  const telling =
    earlier.deploymentId === id &&
    earlier.version === version &&
    earlier.action === actionOf(way) &&
    progressOf(journal.deployment, target).attempts === 0;
  if (!telling || !(await wasCarriedOut(pass, call))) return 'open';
  journal.report(doneReport(way, target, version, { observed: true, fence: earlier.fence }));
  return 'done';
}

export function intentOf(pass: Pass, { target, version }: Apply, way: Way): Report {
  const { fence, worker } = pass;
  const call = { target, fence, worker };
  switch (way) {
    case 'deploy':
      return { type: 'deployment.target_started', ...call };
    case 'restore':
      return { type: 'deployment.target_restoring', ...call, version };
    case 'retire':
      return { type: 'deployment.target_retiring', ...call };
  }
}

/**
 * Calls the driver for one target.
 *
 * @throws Fenced when the fence turns out to be too old
 */
export async function applyCall(pass: Pass, { target, version }: Apply, way: Way): Promise<null> {
  const { journal, clock, log, abort, fence } = pass;
  const action = actionOf(way);
  const answer = await applied(pass, driverCall(pass, target, { action, version, fence }));
  if (answer.ok) {
    journal.report(doneReport(way, target, version, answer.value));
    return null;
  }
  const { code, message: error, transient, evidence = null } = answer.error;
  const bound = { ...boundTo(journal.deployment), target, action };
  log.error({ ...bound, code, reason: error }, 'the driver failed');
  if (code === 'driver/fenced') throw new Fenced(error);
  // Stopped by us: the intent stands, and the next run settles it.
  if (abort.aborted) return null;
  const failure = { error, transient, evidence, cause: 'call', at: clock.now() } as const;
  journal.report(failedCall(journal.deployment, way, target, failure));
  return null;
}

const actionOf = (way: Way): DriverCall['action'] => (way === 'deploy' ? 'deploy' : 'rollback');

function doneReport(
  way: Way,
  target: TargetId,
  version: Apply['version'],
  evidence: Evidence,
): Report {
  switch (way) {
    case 'deploy':
      return { type: 'deployment.target_updated', target, evidence };
    case 'restore':
      return { type: 'deployment.target_restored', target, version, evidence };
    case 'retire':
      return { type: 'deployment.target_retired', target, evidence };
  }
}

function driverCall(
  { journal }: Pass,
  id: TargetId,
  call: Pick<DriverCall, 'action' | 'version' | 'fence'> & {
    readonly deploymentId?: OpenCall['deploymentId'];
  },
): DriverCall {
  const { id: own, service, environment, previous } = journal.deployment;
  return {
    service,
    environment,
    deploymentId: call.deploymentId ?? own,
    target: targetIn(journal.deployment.plan, id),
    action: call.action,
    version: call.version,
    previousVersion: previous?.version ?? null,
    fence: call.fence,
  };
}

/** A driver that throws has failed: the target is the poorer for it, not the deployment's record. */
async function applied(pass: Pass, call: DriverCall): Promise<Result<Evidence, DriverFailure>> {
  try {
    return await pass.driver.apply(call, pass.abort);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return err({ code: 'driver/rejected', message, transient: false });
  }
}
