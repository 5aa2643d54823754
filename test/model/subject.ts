import type { DeploymentId, ServiceRef } from '../../src/domain/model/ids.js';
import type { DeploymentIndex } from '../../src/domain/ports/deployment-index.js';
import type { DeploymentStore } from '../../src/domain/ports/deployment-store.js';
import type { Remembered } from './remembered.js';

/** A store under test, with the means to look behind its ports and to let its time pass. */
export interface Subject {
  readonly store: DeploymentStore;
  readonly index: DeploymentIndex;
  /** Whether it keeps the model's times to the letter, and knows a write that is sent again. */
  readonly exact: boolean;
  now(): Promise<number>;
  /** All of these deployments and services, and everything that is kept for all together. */
  remembered(ids: readonly DeploymentId[], refs: readonly ServiceRef[]): Promise<Remembered>;
  /** A lease's time has passed, and nobody has renewed it. */
  expireLease(id: DeploymentId): Promise<void>;
  expireLeader(): Promise<void>;
  /** From here on each script is sent twice, as a client does that lost the first reply. */
  sendTwice(twice: boolean): void;
  /** A way to send the last script again, later; `null` of a store without. */
  lastSent(): (() => Promise<string>) | null;
}
