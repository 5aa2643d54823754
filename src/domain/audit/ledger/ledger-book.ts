import type { DeploymentId, TargetId, Version } from '../../model/ids.js';
import type { Finding } from '../findings/finding.js';
import type { LedgerEntry } from './ledger-entry.js';

/** The calls of one deployment on one target with one action and one fence. */
export interface CallCount {
  readonly action: LedgerEntry['action'];
  readonly target: TargetId;
  readonly fence: number;
  begun: number;
  done: number;
}

/** What is known of one target. */
interface TargetLedger {
  /** Of the first call that the ledger tells of: it knows nothing of what was before. */
  readonly oldestFence: number;
  newestFence: number;
  /** The last version that it was left with; `undefined` where a call broke off. */
  version: Version | null | undefined;
}

interface OpenCall {
  readonly entry: LedgerEntry;
  /** The deployment whose call began meanwhile. */
  crossedBy: DeploymentId | null;
}

interface ServiceLedger {
  readonly targets: Map<TargetId, TargetLedger>;
  readonly open: Map<string, OpenCall>;
  newestFence: number;
  newestBy: DeploymentId | null;
}

/**
 * The ledger of the targets, folded line by line: a few numbers for each
 * target, and for each call of each deployment. It is the witness of what
 * happened in the world, and asks Redis nothing.
 */
export class LedgerBook {
  readonly #services = new Map<string, ServiceLedger>();
  readonly #calls = new Map<DeploymentId, Map<string, CallCount>>();
  lines = 0;

  take(entry: LedgerEntry, report: (finding: Finding) => void): void {
    this.lines += 1;
    const its = this.#serviceOf(entry);
    const on = targetOf(its, entry);
    const count = this.#countOf(entry);
    const fault = fenceFault(its, on, entry);
    if (fault !== null) report(findingOf('ledger_fence', entry, fault));
    if (entry.phase === 'begin') {
      count.begun += 1;
      begin(its, on, entry);
    } else {
      count.done += entry.done ? 1 : 0;
      const other = end(its, on, entry);
      if (other === null) return;
      const message = `its call on ${entry.target} ended after one of ${other} had begun`;
      report(findingOf('ledger_overlap', entry, message));
    }
  }

  calls(id: DeploymentId): readonly CallCount[] {
    return [...(this.#calls.get(id)?.values() ?? [])];
  }

  /** What a target was left with: `undefined` where the ledger does not say. */
  versionOn(service: string, target: TargetId): Version | null | undefined {
    return this.#services.get(service)?.targets.get(target)?.version;
  }

  /** Whether this target wrote the ledger by the time this fence was given. */
  covers(service: string, target: TargetId, fence: number): boolean {
    const known = this.#services.get(service)?.targets.get(target);
    return known !== undefined && fence >= known.oldestFence;
  }

  #serviceOf({ service }: LedgerEntry): ServiceLedger {
    const its = this.#services.get(service) ?? {
      targets: new Map<TargetId, TargetLedger>(),
      open: new Map<string, OpenCall>(),
      newestFence: 0,
      newestBy: null,
    };
    this.#services.set(service, its);
    return its;
  }

  #countOf({ deploymentId, action, target, fence }: LedgerEntry): CallCount {
    const its = this.#calls.get(deploymentId) ?? new Map<string, CallCount>();
    this.#calls.set(deploymentId, its);
    const key = `${action} ${target} ${fence}`;
    const count = its.get(key) ?? { action, target, fence, begun: 0, done: 0 };
    its.set(key, count);
    return count;
  }
}

function targetOf(its: ServiceLedger, { target, fence }: LedgerEntry): TargetLedger {
  const on = its.targets.get(target) ?? {
    ...{ oldestFence: fence, newestFence: fence, version: undefined },
  };
  its.targets.set(target, on);
  return on;
}

/** A target refuses what is older than it has seen; a service, what is older than another deployment's. */
function fenceFault(
  its: ServiceLedger,
  { newestFence: newest }: TargetLedger,
  { target, fence, phase, deploymentId }: LedgerEntry,
): string | null {
  const what = `${target} let fence ${fence} ${phase === 'begin' ? 'begin' : 'end its work'}`;
  if (fence < newest) return `${what} after ${newest}`;
  const other = its.newestBy !== null && its.newestBy !== deploymentId ? its.newestBy : null;
  if (other === null || fence >= its.newestFence) return null;
  return `${what} after ${its.newestFence} of ${other}`;
}

function begin(its: ServiceLedger, on: TargetLedger, entry: LedgerEntry): void {
  const { fence, deploymentId } = entry;
  for (const call of its.open.values()) {
    if (call.entry.deploymentId !== deploymentId) call.crossedBy ??= deploymentId;
  }
  its.open.set(keyOf(entry), { entry, crossedBy: null });
  on.newestFence = Math.max(on.newestFence, fence);
  on.version = undefined;
  if (fence >= its.newestFence) {
    its.newestFence = fence;
    its.newestBy = deploymentId;
  }
}

/** That two calls crossed is certain only now: one that died has no end. Answers with whose it did. */
function end(its: ServiceLedger, on: TargetLedger, entry: LedgerEntry): DeploymentId | null {
  const key = keyOf(entry);
  const call = its.open.get(key);
  its.open.delete(key);
  if (entry.done && entry.fence >= on.newestFence) on.version = entry.version;
  return call?.crossedBy ?? null;
}

const keyOf = ({ target, deploymentId, action, fence }: LedgerEntry): string =>
  `${target} ${deploymentId} ${action} ${fence}`;

function findingOf(
  invariant: 'ledger_fence' | 'ledger_overlap',
  { deploymentId, service }: LedgerEntry,
  message: string,
): Finding {
  return { invariant, deploymentId, service, message };
}
