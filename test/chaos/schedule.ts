import { Chance } from './chance.js';

/** Everything that is done to the system in a run, and how often in a minute. */
export const PER_MINUTE = {
  publish: 420,
  kill: 48,
  freeze: 5,
  shift_clock: 1.5,
  restart_redis: 2.2,
  stall_redis: 1,
  fill_redis: 1,
  fail_over: 0.9,
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
} as const;

export type ActionKind = keyof typeof PER_MINUTE;

export interface Planned {
  /** Milliseconds from the beginning. */
  readonly at: number;
  readonly kind: ActionKind;
}

/** The rarest things are worth the most: each happens at least this often in the shortest run. */
const LEAST = 1;

/** What happens when: for one seed always the same, and of each kind as much as its rate says. */
export function scheduleOf(seed: number, minutes: number): readonly Planned[] {
  const length = minutes * 60_000;
  const chance = new Chance(seed).stream('schedule');
  const all = Object.entries(PER_MINUTE).flatMap(([name, rate]) => {
    const count = Math.max(LEAST, Math.round(rate * minutes));
    return Array.from({ length: count }, (_, n): Planned => {
      const at = ((n + chance.next()) / count) * length;
      return { at: Math.round(at), kind: name as ActionKind };
    });
  });
  return all.toSorted((a, b) => a.at - b.at);
}
