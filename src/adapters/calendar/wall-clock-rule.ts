import { RRuleTemporal } from 'rrule-temporal';
import type { DeploymentWindow } from '../../domain/model/plan/window.js';
import { type Twice, ZoneClock } from './zone-clock.js';

/** A rule that has shown nothing after so much looking never occurs, or as good as never. */
const BOUNDS = { maxIterations: 8_000, maxCandidateEvaluations: 10_000 };
/** The clocks of a zone that changed within this time may show what they showed before. */
const DAY = 86_400_000;
const UNTIL = /(?:^|;)UNTIL=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/;

/** A time at which a window begins: what the clock shows, and the moment that this is. */
export interface Start {
  readonly shown: number;
  readonly at: number;
}

/**
 * The starts of a window. The rule is followed on a clock that never changes, and what it gives is
 * looked up on the zone's: so no start is left out because the clocks skip it.
 */
export class WallClockRule {
  readonly clock: ZoneClock;
  readonly #rule: RRuleTemporal;
  /** No start is later. */
  readonly #last: number;
  readonly #twice: readonly Twice[];

  constructor({ rrule, start, timeZone }: DeploymentWindow) {
    this.clock = new ZoneClock(timeZone);
    this.#last = untilOf(rrule);
    const digits = `${start.replaceAll(/[-:]/g, '')}00`;
    const rruleString = `DTSTART;TZID=UTC:${digits}\nRRULE:${rrule.replace(UNTIL, '')}`;
    this.#rule = new RRuleTemporal({ rruleString, strict: true, cache: false, ...BOUNDS });
    // "Every hour" means each hour that passes; a time of day is meant once a day.
    this.#twice = /FREQ=(?:HOURLY|MINUTELY)/.test(rrule) ? ['first', 'second'] : ['first'];
  }

  /** The last start that is not later than `at`. */
  latest(at: number): Start | null {
    const limit = Math.min(at, this.#last);
    const starts = this.#twice.map((twice) => this.#latest(limit, twice));
    return best(starts, (one, other) => one.at > other.at);
  }

  /** The first start that is later than `after`. */
  next(after: number): Start | null {
    const starts = this.#twice.map((twice) => this.#next(after, twice));
    return best(starts, (one, other) => one.at < other.at);
  }

  #latest(limit: number, twice: Twice): Start | null {
    const ahead = Math.max(this.clock.offset(limit - DAY), this.clock.offset(limit));
    let shown = this.#rule.previous(new Date(limit + ahead), true)?.epochMilliseconds;
    while (shown !== undefined) {
      const at = this.clock.moment(shown, twice);
      if (at <= limit) return { shown, at };
      shown = this.#rule.previous(new Date(shown))?.epochMilliseconds;
    }
    return null;
  }

  #next(after: number, twice: Twice): Start | null {
    const behind = Math.min(this.clock.offset(after - DAY), this.clock.offset(after));
    let shown = this.#rule.next(new Date(after + behind), true)?.epochMilliseconds;
    while (shown !== undefined) {
      const at = this.clock.moment(shown, twice);
      if (at > this.#last) return null;
      if (at > after) return { shown, at };
      shown = this.#rule.next(new Date(shown))?.epochMilliseconds;
    }
    return null;
  }
}

function untilOf(rrule: string): number {
  const [, year, month, day, hour, minute, second] = (UNTIL.exec(rrule) ?? []).map(Number);
  if (year === undefined || month === undefined) return Number.MAX_SAFE_INTEGER;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function best(
  starts: readonly (Start | null)[],
  better: (one: Start, other: Start) => boolean,
): Start | null {
  return starts.reduce(
    (found, start) => (start !== null && (found === null || better(start, found)) ? start : found),
    null,
  );
}
