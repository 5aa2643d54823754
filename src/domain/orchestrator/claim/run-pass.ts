import { assertNever } from '../../model/assert-never.js';
import type { DeploymentId } from '../../model/ids.js';
import type { Claim } from '../../ports/deployment-store.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import { brokenOff } from '../../plan/machine/failure.js';
import type { Admission } from '../../policy/admission.js';
import { admitted, waitForRoom, waitForTarget } from './admit.js';
import { approvalDoubt } from './approval-doubt.js';
import { isKeptFromStart } from '../pass/await-held-out.js';
import { boundTo } from '../bound-to.js';
import type { Ending } from '../ending.js';
import { executeSteps } from '../steps/execute-steps.js';
import { Journal } from '../journal/journal.js';
import { keepLease } from './keep-lease.js';
import type { Pass, WaitUntil } from '../pass/pass.js';
import type { OrchestratorPorts, StopSignals } from '../orchestrator-ports.js';
import { restoreService } from '../steps/restore-service.js';
import { serviceStatus } from '../../model/service-status.js';
import { settleConflict } from './settle-conflict.js';
import { verifyTargets } from '../steps/verify-targets.js';
import { type WorkKind, workOwed } from '../../model/deployment/work-owed.js';
import { heldUntil } from '../held-until.js';

const WORK: { readonly [K in WorkKind]: (pass: Pass) => Promise<WaitUntil> } = {
  execute: executeSteps,
  verify: verifyTargets,
  rollback: restoreService,
};

type Claimed = Extract<Claim, { kind: 'claimed' }>;

/**
 * Claims one kind of work on a deployment, carries it as far as it goes, gives
 * it up and hands over. Safe to run twice, late, or side by side with itself.
 *
 * @throws Fenced when another run took over: there is nothing to repeat
 * @throws whatever the store throws: the work stays owed
 */
export async function runPass(
  ports: OrchestratorPorts,
  kind: WorkKind,
  id: DeploymentId,
  stop: StopSignals,
): Promise<Ending> {
  const { worker, leaseMs } = ports;
  const claim = await ports.store.claim(id, { kind, worker, leaseMs });
  switch (claim.kind) {
    case 'missing':
      return { kind: 'missing' };
    case 'leased':
      return { kind: 'busy', ms: claim.ms, deployment: claim.deployment };
    case 'waiting':
      return settleConflict(ports, claim);
    case 'limited':
      return waitForRoom(ports, claim.deployment, claim.limit);
    case 'taken':
      return waitForTarget(ports, claim.deployment, claim.taken);
    case 'not_owed':
      await publishOwed(ports, claim.deployment);
      return { kind: 'settled', deployment: claim.deployment };
    case 'claimed':
      return carryOut(ports, kind, claim, stop);
    default:
      return assertNever(claim);
  }
}

async function carryOut(
  ports: OrchestratorPorts,
  kind: WorkKind,
  claim: Claimed,
  stop: StopSignals,
): Promise<Ending> {
  const { store, clock, worker } = ports;
  const { deployment, fence } = claim;
  const service = serviceStatus(claim.service, deployment.plan);
  const journal = new Journal({ store, clock, actor: worker }, deployment, fence, service);
  const lost = new AbortController();
  const paused = new AbortController();
  const lease = keepLease(ports, journal, kind, lost, paused);
  const abort = AbortSignal.any([stop.abort, lost.signal]);
  const draining = AbortSignal.any([stop.draining, paused.signal]);
  let waitUntil: WaitUntil = null;
  try {
    const start = await admittedNow(ports, journal, claim);
    waitUntil = start.held
      ? start.until
      : await work(ports, kind, journal, claim, { ...start, draining, abort });
    lease.stop();
    await journal.close(waitUntil, start.held || isKeptFromStart(journal.deployment));
  } catch (error) {
    lease.stop();
    ports.log.error({ ...boundTo(journal.deployment), work: kind, err: error }, 'work broke off');
    // The claim is given up early where that still works; else it expires.
    await journal.close(null).catch(() => {});
    throw error;
  }
  return handOver(ports, kind, journal, waitUntil);
}

type Start =
  | { readonly held: true; readonly until: WaitUntil }
  | { readonly held: false; readonly admission: Exclude<Admission, { kind: 'held' }> | null };

/** Whether what has not begun may begin now; what keeps it from that is written down. */
async function admittedNow(
  ports: OrchestratorPorts,
  journal: Journal,
  claim: Claimed,
): Promise<Start> {
  const doubt = await approvalDoubt(ports, journal.deployment);
  if (doubt !== null) {
    journal.submit(doubt.order);
    return { held: true, until: doubt.until };
  }
  const admission = admitted(ports, journal, claim);
  return admission?.kind === 'held'
    ? { held: true, until: heldUntil(journal.deployment, admission.hold, ports.clock.now()) }
    : { held: false, admission };
}

async function work(
  ports: OrchestratorPorts,
  kind: WorkKind,
  journal: Journal,
  { fence }: Claimed,
  { admission, ...signals }: Pick<Pass, 'draining' | 'abort'> & { admission: Admission | null },
): Promise<WaitUntil> {
  if (admission?.kind === 'expired') return null;
  const runtime = ports.runtimeOf(journal.deployment);
  if (!runtime.ok) {
    journal.report(brokenOff(journal.deployment, runtime.error));
    return null;
  }
  const { clock, log, worker, store } = ports;
  const pass: Pass = {
    router: null,
    flags: null,
    metrics: () => undefined,
    ...runtime.value,
    ...signals,
    ...{ fence, journal, clock, log, worker },
    admitted: admission?.kind === 'admitted' ? admission : null,
    loadDeployment: (id) => store.load(id),
    versions: () => ports.index.versions(journal.deployment),
  };
  const waitUntil = await WORK[kind](pass);
  const judges = ports.judgesAtOnce === true && pass.checker === null && !pass.abort.aborted;
  return judges ? (waitUntil ?? verifyTargets(pass)) : waitUntil;
}

async function handOver(
  ports: OrchestratorPorts,
  kind: WorkKind,
  journal: Journal,
  waitUntil: WaitUntil,
): Promise<Ending> {
  const { deployment } = journal;
  for (const owed of journal.handedTo) await ports.publish(owed);
  const owed = workOwed(deployment);
  if (owed?.kind !== kind) {
    if (owed) await ports.publish(owed);
    return { kind: 'settled', deployment };
  }
  return waitUntil === null
    ? { kind: 'handed_back', deployment }
    : { kind: 'wait_until', until: waitUntil, deployment };
}

export async function publishOwed(ports: OrchestratorPorts, deployment: Deployment): Promise<void> {
  const owed = workOwed(deployment);
  if (owed) await ports.publish(owed);
}
