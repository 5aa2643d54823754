const DAY = 86_400_000;
const FIELDS = {
  ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
} as const satisfies Intl.DateTimeFormatOptions;

/** Which of two moments a time means that the clock shows twice. */
export type Twice = 'first' | 'second';

/** The clock on the wall of a time zone. Its times are written as if they were UTC, in milliseconds. */
export class ZoneClock {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    const era = { calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' } as const;
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone, ...era, ...FIELDS });
  }

  /** What the clock shows, to the second, in this moment. */
  shows(at: number): number {
    const parts = new Map(
      this.#format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(
      ...([of('year'), of('month') - 1, of('day')] as const),
      ...([of('hour'), of('minute'), of('second')] as const),
    );
  }

  /** How far the clock is ahead of UTC. */
  offset(at: number): number {
    const second = Math.floor(at / 1_000) * 1_000;
    return this.shows(second) - second;
  }

  /** The moment in which the clock shows this time; where it skips it, the first one that comes after. */
  moment(shown: number, twice: Twice): number {
    const before = this.offset(shown - DAY);
    const after = this.offset(shown + DAY);
    const moments = [shown - before, shown - after].filter((at) => this.shows(at) === shown);
    if (moments.length === 0) return this.#changeBetween(shown - after, shown - before);
    return twice === 'first' ? Math.min(...moments) : Math.max(...moments);
  }

  /** The first moment in which the clock has made its leap forward. */
  #changeBetween(low: number, high: number): number {
    const leapt = this.offset(high);
    let [before, after] = [low, high];
    while (after - before > 1_000) {
      const middle = Math.floor((before + after) / 2_000) * 1_000;
      if (this.offset(middle) === leapt) after = middle;
      else before = middle;
    }
    return after;
  }
}
