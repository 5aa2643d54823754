/**
 * Imported before anything else, it lets a test turn this process' clock back
 * or forward, as a person or NTP does to a host: everything that asks for the
 * time is told the wrong one, libraries included. Timers run on as ever.
 */
const RealDate = Date;
const realNow = Date.now.bind(Date);
let shiftMs = 0;

class ShiftedDate extends RealDate {
  constructor(...args: readonly unknown[]) {
    // oxlint-disable-next-line typescript/no-unsafe-argument -- whatever Date takes
    super(...((args.length === 0 ? [realNow() + shiftMs] : args) as [number]));
  }

  static override now(): number {
    return realNow() + shiftMs;
  }
}

/** What the machine says, whatever the process believes. */
export const machineNow = realNow;

export function shiftClock(ms: number): void {
  shiftMs = ms;
  globalThis.Date = ShiftedDate as DateConstructor;
}
