import type { Outline, WorkerRoster, WorkerSign } from './worker-sign.js';

/** A worker as it introduces itself. */
export type Introduction = Omit<WorkerSign, 'seenAt' | 'alive'>;

/** How a worker tells the others that it is there. */
export interface SignOfLife extends WorkerRoster {
  /** @param outlines what can be shown of each configuration it knows, by fingerprint */
  announce(own: Introduction, outlines: ReadonlyMap<string, Outline>): Promise<void>;
  /** Everybody who is alive, or `null` where this worker has to announce itself again. */
  beat(own: Introduction): Promise<readonly WorkerSign[] | null>;
  /** It has stopped: from now on nobody counts on it. */
  leave(own: Introduction): Promise<void>;
}
