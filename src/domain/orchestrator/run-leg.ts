import { assertNever } from '../assert-never.js';
import type { DeploymentId } from '../ids.js';
import type { Claim } from '../ports/deployment-store.js';
import type { Deployment } from '../plan/deployment.js';
import { boundTo } from './bound-to.js';
import type { Ending } from './ending.js';
import { executeSteps } from './execute-steps.js';
import { Journal } from './journal.js';
import { keepLease } from './keep-lease.js';
import type { Leg, Rest } from './leg.js';
import type { OrchestratorPorts, StopSignals } from './orchestrator-ports.js';
import { restoreTargets } from './restore-targets.js';
import { settleConflict } from './settle-conflict.js';
import { verifyTargets } from './verify-targets.js';
import { type WorkKind, workOwed } from './work-owed.js';

const WORK: { readonly [K in WorkKind]: (leg: Leg) => Promise<Rest> } = {
  execute: executeSteps,
  verify: verifyTargets,
  rollback: restoreTargets,
};

type Claimed = Extract<Claim, { kind: 'claimed' }>;

/**
 * Claims one kind of work on a deployment, carries it as far as it goes, gives
 * it up and hands over. Safe to run twice, late, or side by side with itself.
 *
 * @throws Superseded when another run took over: there is nothing to repeat
 * @throws whatever the store throws: the work stays owed
 */
export async function runLeg(
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
      return settleConflict(ports, claim.deployment, claim.holder);
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
  { deployment, fence, lastGood }: Claimed,
  stop: StopSignals,
): Promise<Ending> {
  const { store, clock, worker } = ports;
  const journal = new Journal({ store, clock, actor: worker }, deployment, fence);
  const lost = new AbortController();
  const lease = keepLease(ports, journal, kind, lost);
  const abort = AbortSignal.any([stop.abort, lost.signal]);
  let rest: Rest = null;
  try {
    rest = await work(ports, kind, journal, { fence, lastGood, draining: stop.draining, abort });
    lease.stop();
    await journal.close(rest);
  } catch (error) {
    lease.stop();
    ports.log.error({ ...boundTo(journal.deployment), work: kind, err: error }, 'work broke off');
    // The claim is given up early where that still works; else it expires.
    await journal.close(null).catch(() => {});
    throw error;
  }
  return handOver(ports, kind, journal, rest);
}

async function work(
  ports: OrchestratorPorts,
  kind: WorkKind,
  journal: Journal,
  rest: Pick<Leg, 'fence' | 'lastGood' | 'draining' | 'abort'>,
): Promise<Rest> {
  const runtime = ports.runtimeOf(journal.deployment);
  if (!runtime.ok) {
    const reason = runtime.error;
    journal.submit(
      kind === 'rollback'
        ? { type: 'give_up', reason }
        : { type: 'rollback', reason, cause: 'failure' },
    );
    return null;
  }
  const { clock, log, worker } = ports;
  return WORK[kind]({ ...runtime.value, ...rest, journal, clock, log, worker });
}

async function handOver(
  ports: OrchestratorPorts,
  kind: WorkKind,
  journal: Journal,
  rest: Rest,
): Promise<Ending> {
  const { deployment } = journal;
  for (const owed of journal.handedTo) await ports.publish(owed);
  const owed = workOwed(deployment);
  if (owed?.kind !== kind) {
    if (owed) await ports.publish(owed);
    return { kind: 'settled', deployment };
  }
  return rest === null
    ? { kind: 'handed_back', deployment }
    : { kind: 'rest', until: rest, deployment };
}

export async function publishOwed(ports: OrchestratorPorts, deployment: Deployment): Promise<void> {
  const owed = workOwed(deployment);
  if (owed) await ports.publish(owed);
}
