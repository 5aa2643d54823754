import { type DeploymentId, serviceKey } from '../model/ids.js';
import { workOwed } from '../model/deployment/work-owed.js';
import { dueAt } from '../orchestrator/claim/work-plan.js';
import type { Deployment } from '../model/deployment/deployment.js';
import { isTerminal } from '../model/deployment/plan-state.js';
import type { StoredDeployment } from '../ports/audit-source.js';
import { difference } from './findings/difference.js';
import type { FindingLog, Invariant } from './findings/finding.js';
import { replay } from './fold/replay.js';

type Report = (invariant: Invariant, message: string, eventSequence?: number) => void;

/** All that can be said of one deployment by itself, and of its places in the indexes. */
export function checkDeployment(snapshot: StoredDeployment, log: FindingLog): void {
  const report = reporterOf(snapshot, log);
  checkRecord(snapshot, report);
  checkEvents(snapshot, report);
  checkIndexes(snapshot, report);
  checkSlot(snapshot, report);
  checkLimits(snapshot, report);
}

export function reporterOf(
  { id: deploymentId, deployment }: { readonly id: DeploymentId; readonly deployment: Deployment },
  log: FindingLog,
): Report {
  const service = serviceKey(deployment);
  return (invariant, message, eventSequence) =>
    log.add({ invariant, message, deploymentId, service, eventSequence });
}

function checkRecord({ id, deployment, status, service }: StoredDeployment, report: Report): void {
  const said = {
    id: deployment.id,
    status: deployment.state.status,
    service: serviceKey(deployment),
  };
  const found = difference({ id, status, service }, said);
  if (found !== null) report('record_readable', `its field ${found}`);
}

function checkEvents({ deployment, events, fence }: StoredDeployment, report: Report): void {
  const { revision } = deployment;
  if (events.length !== revision) {
    report('events_dense', `it has ${events.length} events at revision ${revision}`, events.length);
  }
  const replayed = replay(deployment, events);
  const { fault } = replayed;
  if (fault !== null) report(fault.invariant, fault.message, fault.sequence);
  if (replayed.deployment !== null && events.length === revision) {
    const found = difference(folded(deployment), folded(replayed.deployment));
    if (found !== null) report('state_folded', `stored, ${found}`, revision);
  }
  let newest = 0;
  for (const { event, sequence } of events) {
    if (!('fence' in event)) continue;
    if (event.fence < newest) {
      report('fence_rising', `its fence falls from ${newest} to ${event.fence}`, sequence);
    }
    newest = Math.max(newest, event.fence);
  }
  if (newest > fence) {
    report('fence_rising', `an event has fence ${newest}, its last claim only ${fence}`);
  }
}

const folded = (deployment: Deployment): object => ({
  ...deployment,
  targets: Object.fromEntries(deployment.targets),
});

function checkIndexes(snapshot: StoredDeployment, report: Report): void {
  const { deployment, due, open, listed, listedByService } = snapshot;
  const { status } = deployment.state;
  if (!listed) report('history_complete', 'the history does not name it');
  if (!listedByService) report('history_complete', 'the history of its service does not name it');
  if (open === isTerminal(status)) {
    report('open_complete', `it is ${status}, and ${open ? 'open' : 'not open'} by the index`);
  }
  const owes = workOwed(deployment) !== null || dueAt(deployment) !== null;
  if (owes && !due) report('due_complete', `it is ${status}, and nobody will look after it`);
  // Paused, a lease that is still kept says when to look again.
  if (!owes && due && status !== 'paused') {
    report('due_complete', `it is ${status} and owes nothing, and is still looked after`);
  }
}

function checkSlot({ deployment, holds, inLine }: StoredDeployment, report: Report): void {
  const { state, progress } = deployment;
  const { status } = state;
  const missing = (what: string): void =>
    report('slot_held', `it is ${status}, and ${what} its service`);
  if (holds && inLine) missing('both holds and waits for the slot of');
  switch (status) {
    case 'executing':
    case 'verifying':
    case 'paused':
      if (!holds) missing('does not hold the slot of');
      return;
    case 'approved':
      // What is held back gives up its place, so as not to keep others.
      if (!holds && !inLine && progress.hold === null)
        missing('neither holds nor waits for the slot of');
      return;
    case 'rolling_back':
      if (!holds && !inLine) missing('neither holds nor waits for the slot of');
      return;
    case 'draft':
    case 'completed':
    case 'rolled_back':
    case 'failed':
    case 'cancelled':
      if (holds || inLine) missing(`still ${holds ? 'holds' : 'waits for'} the slot of`);
  }
}

const UNDER_WAY: ReadonlySet<string> = new Set(['executing', 'verifying', 'paused']);

function checkLimits({ deployment, counted }: StoredDeployment, report: Report): void {
  const { status } = deployment.state;
  for (const { key } of deployment.plan.limits) {
    const counts = counted.includes(key);
    if (UNDER_WAY.has(status) && !counts) {
      report('limits_kept', `it is ${status}, and does not count against ${key}`);
    }
    if (counts && (isTerminal(status) || status === 'draft')) {
      report('limits_kept', `it is ${status}, and still counts against ${key}`);
    }
  }
}
