import { Chance } from './chance.js';

/** Everything that is done to the system in a run on one server, and how often in a minute. */
const ON_ONE_SERVER = {
  publish: 460,
  kill: 54,
  freeze: 5,
  shift_clock: 1.5,
  restart_redis: 4.2,
  stall_redis: 1,
  fill_redis: 1,
  fail_over: 0,
  cut: 4,
  delay: 2,
  silence: 2,
  deafen: 2,
  order: 90,
  promote: 60,
  duplicate: 90,
  retry_job: 40,
  poison: 20,
  lose_job: 15,
  hold_out: 12,
  end_target: 8,
  lose_router: 1,
};

export type ActionKind = keyof typeof ON_ONE_SERVER;

export type Rates = Readonly<Record<ActionKind, number>>;

/** Per kind of Redis. Where each failover stops all writes for seconds, less is published. */
export const PER_MINUTE = {
  single: ON_ONE_SERVER,
  sentinel: {
    ...ON_ONE_SERVER,
    ...{ publish: 370, restart_redis: 0.7, stall_redis: 0.4, fill_redis: 0.7, fail_over: 2 },
  },
} as const satisfies Readonly<Record<string, Rates>>;

export type RedisKind = keyof typeof PER_MINUTE;

export interface Planned {
  /** Milliseconds from the beginning. */
  readonly at: number;
  readonly kind: ActionKind;
}

/** The rarest things are worth the most: each that happens at all happens at least this often in the shortest run. */
const LEAST = 1;

/** What happens when: for one seed always the same, and of each kind as much as its rate says. */
export function scheduleOf(seed: number, minutes: number, rates: Rates): readonly Planned[] {
  const length = minutes * 60_000;
  const chance = new Chance(seed).stream('schedule');
  const all = Object.entries(rates).flatMap(([name, rate]) => {
    const count = rate === 0 ? 0 : Math.max(LEAST, Math.round(rate * minutes));
    return Array.from({ length: count }, (_, n): Planned => {
      const at = ((n + chance.next()) / count) * length;
      return { at: Math.round(at), kind: name as ActionKind };
    });
  });
  return all.toSorted((a, b) => a.at - b.at);
}
