import type { ServiceRef } from '../model/ids.js';
import type { Repair, RepairNote } from './repair.js';
import type { ServicePlace } from './service-place.js';
import type { Settlement, SettleStanding } from './settle.js';

/** The writing half of a repair: each call is all or nothing, and does nothing where things have moved on. */
export interface RepairStore {
  /** How often each counter was corrected so far, where it ever was. */
  recounts(): Promise<ReadonlyMap<string, number>>;

  /** Services of whose active version or stable something cannot be read: an audit would end there. */
  unreadable(): Promise<readonly ServiceRef[]>;

  /** What is active, its stable versions and its slot, of one moment. */
  place(ref: ServiceRef): Promise<ServicePlace>;

  /** What a person's statement about a target is judged by. */
  standing(ref: ServiceRef): Promise<SettleStanding>;

  /** `changed`: what the repair rests on is not so any more; `busy`: a deployment changes the service. */
  apply(repair: Repair, note: RepairNote): Promise<RepairAnswer>;

  /** Writes down what a person says runs on a target, and what follows from it. */
  settle(settlement: Settlement, note: RepairNote): Promise<RepairAnswer>;

  /** Newest first. */
  log(limit: number): Promise<readonly RepairEntry[]>;
}

export type RepairAnswer = 'done' | 'changed' | 'busy';

/** What was repaired, by whom and why. */
export interface RepairEntry extends RepairNote {
  /** Epoch milliseconds, by the store's own clock. */
  readonly at: number;
  /** In a clause. */
  readonly what: string;
  readonly before: unknown;
  readonly after: unknown;
}
