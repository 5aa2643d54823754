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
  /** Services whose traffic a late call may have left elsewhere. */
  readonly stray: readonly string[];
  /** Epoch milliseconds: from then on workers died one at a time, and nothing else happened. */
  readonly calmSince: number;
  readonly workers: number;
  readonly services: number;
  readonly backend: string;
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

/** The run in some lines, for people; figures first. */
export function reportText(report: Report): string {
  const { actions, pool, publishers, orders, delivery } = report.counts;
  const did = (kind: ActionKind): number => actions.get(kind) ?? 0;
  const endings = Object.entries(report.endings).map(([status, count]) => `${count} ${status}`);
  const lines: readonly (readonly [string, string])[] = [
    [
      'seed',
      `${report.seed}, ${report.minutes} minutes, ${report.workers} workers, ${report.services} services`,
    ],
    ['Redis', report.backend],
    ['deployments', `${report.deployments} (${endings.join(', ')}), ${report.events} events`],
    ['effects', `${report.effects} on targets; ${report.refused} calls refused for an old fence`],
    [
      'kills',
      `${pool.kills.length} from outside, ${pool.selfKills} between two calls; ${pool.started} workers started`,
    ],
    ['freezes', `${pool.freezes} past the lease; ${did('shift_clock')} clocks turned`],
    [
      'Redis',
      `${did('restart_redis')} restarts, ${did('stall_redis')} stalls, ${did('fill_redis')} times full, ${did('fail_over')} failovers`,
    ],
    [
      'network',
      `${did('cut')} cut, ${did('delay')} slow, ${did('silence')} silent, ${did('deafen')} half-open`,
    ],
    [
      'queues',
      `${delivery.duplicates} duplicates, ${delivery.retried} retried, ${delivery.poison} poison, ${delivery.lost} lost`,
    ],
    [
      'orders',
      `${orders.given} given, ${orders.refused} refused, ${orders.unanswered} unanswered; ${publishers.repeated} requests repeated`,
    ],
    [
      'settled',
      `${report.settled.map(({ ms }) => `${ms} ms`).join(' and ')} after the last fault; ${report.settled.flatMap(({ open }) => open).length} left open`,
    ],
    ['resumed', `${timesOf(recoveryTimes(report, 'one at a time'))} (one death at a time)`],
    ['', `${timesOf(recoveryTimes(report, 'in the storm'))} (in the storm)`],
    [
      'unfenced',
      `${report.overtaken.length} services that cannot fence saw a late call, ${report.stray.length} have stray traffic; ${report.lies} lies found out`,
    ],
    ['violations', String(report.violations.length)],
  ];
  return lines.map(([name, text]) => `${name.padEnd(12)} ${text}`).join('\n');
}

function timesOf(times: readonly number[]): string {
  const at = (share: number): string => `${quantile(times, share) ?? '-'} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}, of ${times.length}`;
}
