import type { DeploymentId, ServiceRef } from '../model/ids.js';
import type { ServiceRecord } from '../model/service-status.js';

/**
 * The right to bring a router's places to what is on record of a service: nobody
 * has it while a worker is at a deployment of the service, and no worker can begin
 * with one while somebody has it. It expires, and a deployment that comes ends it.
 */
export interface CatchUpStore {
  /** `null` where somebody is at the service, or no deployment ever was. */
  begin(ref: ServiceRef, leaseMs: number): Promise<CatchUpTurn | null>;
  /** Asked before each change: whether the service is still as it was, and nobody else's turn. */
  keep(turn: CatchUpTurn, leaseMs: number): Promise<boolean>;
  end(turn: CatchUpTurn): Promise<void>;
}

export interface CatchUpTurn {
  readonly ref: ServiceRef;
  readonly token: string;
  /** The deployment that was at the service last. */
  readonly deploymentId: DeploymentId;
  /** What is on record, of the moment in which the turn began. */
  readonly record: ServiceRecord;
}
