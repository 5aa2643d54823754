import type { ServiceRef } from '../model/ids.js';
import type { Freeze } from '../model/plan/freeze.js';
import type { AutomationHold } from '../model/hold.js';

/** Freezes and what automatic rollbacks hold back, with a record of who lifted which. */
export interface FreezeStore {
  /** Puts it in place of one with the same id. */
  put(freeze: Freeze): Promise<void>;
  /** What was lifted; `null` where there is no such freeze (any more). */
  remove(id: string, by: string | null): Promise<Freeze | null>;
  /** Those that are not over, also those still to come, by their start, then by id. */
  list(): Promise<readonly Freeze[]>;
  automationHold(ref: ServiceRef): Promise<AutomationHold | null>;
  /** What was released; `null` where nothing was held. */
  releaseAutomation(ref: ServiceRef, by: string | null): Promise<AutomationHold | null>;
  /** What was done here, newest first; the last 1,000 acts are kept. */
  records(limit: number): Promise<readonly FreezeRecord[]>;
}

export interface FreezeRecord {
  readonly type: 'frozen' | 'unfrozen' | 'automation_released';
  /** Id of the freeze, or `environment/service`. */
  readonly subject: string;
  readonly by: string | null;
  /** Why it stood: the reason of the freeze or of the hold. */
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly at: number;
}
