import type { Checked } from './checks/check-all.js';
import type { HostileDelivery } from './hostile-delivery.js';
import type { Orders } from './orders.js';
import type { Publishers } from './publish.js';
import { quantile } from './recovery-times.js';
import type { ActionKind } from './schedule.js';
import type { Settled } from './settle.js';
import type { WorkerPool } from './worker-pool.js';

export interface Report extends Checked {
  readonly seed: number;
  readonly minutes: number;
  /** Ledger, notes and logs of the run. */
  readonly folder: string;
  /** After the last fault, and after the last death. */
  readonly settled: readonly Settled[];
  /** Epoch milliseconds: from then on workers died one at a time, and nothing else happened. */
  readonly calmSince: number;
  readonly workers: number;
  readonly services: number;
  readonly backend: string;
  /** How often another server took the place of the primary. */
  readonly promotions: number;
  /** For how long nothing could be written in each failover that was asked for, in milliseconds. */
  readonly outages: readonly number[];
  readonly counts: {
    readonly actions: ReadonlyMap<ActionKind, number>;
    readonly pool: WorkerPool;
    readonly publishers: Publishers;
    readonly orders: Orders;
    readonly delivery: HostileDelivery;
  };
}

/** What done-when 3 asks of a worker killed in mid-step, on default settings. */
export const MOST_RECOVERY_MS = 10_000;

/** How long work lay still after deaths in the storm, or one at a time after it. */
export const recoveryTimes = (
  { recoveries, calmSince }: Pick<Report, 'recoveries' | 'calmSince'>,
  when: 'in the storm' | 'one at a time',
): readonly number[] =>
  recoveries
    .filter(({ diedAt }) => diedAt < calmSince === (when === 'in the storm'))
    .map(({ ms }) => ms);

/** Whether work lay still for longer than promised, in all parts together. */
export function isLate(reports: readonly Report[]): boolean {
  const times = reports.flatMap((report) => recoveryTimes(report, 'one at a time'));
  return (quantile(times, 0.99) ?? 0) > MOST_RECOVERY_MS;
}
