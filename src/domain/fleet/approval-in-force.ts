import type { ServiceRef } from '../model/ids.js';
import type { ApprovalInForce } from '../policy/approval.js';
import { approvalIn, fingerprintIn } from './knowledge.js';
import type { WorkerSign } from './worker-sign.js';

/** What is configured of a service now, as far as approvals go. */
export interface ConfigurationsInForce {
  /** Fingerprint of what this process would carry the service out with; `null` where that has none. */
  own(ref: ServiceRef): string | null;
  /**
   * Who must approve now; `null` where no configuration says so: then what was planned counts.
   *
   * @param fresh asked of everybody anew; else what was heard last will do
   */
  approval(ref: ServiceRef, fresh: boolean): Promise<ApprovalInForce | null>;
}

/**
 * What the configuration of now asks of approvals: that of the worker which started
 * last, of those at work; where none of them knows the service, of those that did.
 */
export function approvalInForce(
  workers: readonly WorkerSign[],
  ref: ServiceRef,
): ApprovalInForce | null {
  const newest = workers
    .toSorted((a, b) => Number(b.alive) - Number(a.alive) || b.startedAt - a.startedAt)
    .find(({ knowledge }) => fingerprintIn(knowledge, ref) !== null);
  return newest === undefined ? null : approvalIn(newest.knowledge, ref);
}
