import { recoveryTimes, type Report } from './report.js';

/** A run, or several together, as numbers: the same ones of each, so that they add up. */
export interface Figures {
  readonly counts: Readonly<Record<CountName, number>>;
  /** In milliseconds. */
  readonly times: Readonly<Record<TimeName, readonly number[]>>;
  /** How many deployments ended how. */
  readonly endings: Readonly<Record<string, number>>;
}

type Counts = ReturnType<typeof countsOf>;
export type CountName = keyof Counts;
type Times = ReturnType<typeof timesOf>;
export type TimeName = keyof Times;

export const figuresOf = (report: Report): Figures => ({
  counts: countsOf(report),
  times: timesOf(report),
  endings: report.endings,
});

export const sumOf = (all: readonly Figures[]): Figures => ({
  counts: merged(
    all.map(({ counts }) => counts),
    (a, b) => a + b,
  ),
  times: merged(
    all.map(({ times }) => times),
    (a, b) => [...a, ...b],
  ),
  endings: merged(
    all.map(({ endings }) => endings),
    (a, b) => a + b,
  ),
});

function merged<Name extends string, Value>(
  all: readonly Readonly<Record<Name, Value>>[],
  add: (a: Value, b: Value) => Value,
): Readonly<Record<Name, Value>> {
  const sums = new Map<string, Value>();
  for (const one of all) {
    for (const [name, value] of Object.entries<Value>(one)) {
      const before = sums.get(name);
      sums.set(name, before === undefined ? value : add(before, value));
    }
  }
  return Object.fromEntries(sums) as Record<Name, Value>;
}

function countsOf(report: Report) {
  const { actions, pool, publishers, orders, delivery } = report.counts;
  const did = (kind: Parameters<typeof actions.get>[0]): number => actions.get(kind) ?? 0;
  return {
    minutes: report.minutes,
    deployments: report.deployments,
    events: report.events,
    effects: report.effects,
    refusedCalls: report.refused,
    kills: pool.kills.length,
    selfKills: pool.selfKills,
    started: pool.started,
    freezes: pool.freezes,
    clocks: did('shift_clock'),
    restarts: did('restart_redis'),
    stalls: did('stall_redis'),
    full: did('fill_redis'),
    failovers: report.promotions,
    cut: did('cut'),
    slow: did('delay'),
    silent: did('silence'),
    halfOpen: did('deafen'),
    duplicates: delivery.duplicates,
    retried: delivery.retried,
    poison: delivery.poison,
    lost: delivery.lost,
    orders: orders.given,
    refusedOrders: orders.refused,
    unanswered: orders.unanswered,
    repeated: publishers.repeated,
    open: report.settled.flatMap(({ open }) => open).length,
    superseded: report.superseded.length,
    heldOut: did('hold_out'),
    endedTargets: did('end_target'),
    routerAway: did('lose_router'),
    samples: report.traffic.samples,
    low: report.traffic.low,
    lateCalls: report.traffic.late,
    lies: report.lies,
    violations: report.violations.length,
  };
}

function timesOf(report: Report) {
  return {
    settled: report.settled.map(({ ms }) => ms),
    alone: recoveryTimes(report, 'one at a time'),
    inTheStorm: recoveryTimes(report, 'in the storm'),
    outages: report.outages,
  };
}
