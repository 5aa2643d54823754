/** What was done to a place, or to the router, and by which deployment. */
export interface Act {
  readonly by: string;
  readonly what: string;
}

/** How much serves, in targets or by their size: really, and as far as somebody who looks could know. */
export interface Counted {
  readonly real: number;
  readonly known: number;
  /** Of the deployment that holds the slot. */
  readonly floor: number;
}

/** Sums of fractions. */
const NEAR = 1e-9;

const KINDS = [
  'floor',
  'applied in rotation',
  'admitted what is held out',
  'admitted what is bad',
  'two calls at once',
  'end: version',
  'end: rotation',
  'end: share',
  'end: flag',
  'wrong way back',
  'claim: version',
  'claim: rotation',
  'claim: share',
  'active version',
  'no end',
  'needless end',
  'bookkeeping',
  'broke',
] as const;

export type FaultKind = (typeof KINDS)[number];
export const isFaultKind = (said: string): said is FaultKind => KINDS.some((kind) => kind === said);

export interface Fault {
  readonly kind: FaultKind;
  readonly said: string;
  /** The number of the log's line behind which it was found. */
  readonly line: number;
}

interface Line {
  readonly at: number;
  readonly by: string;
  /** What was done, or the events that were written. */
  readonly what: string | readonly string[];
  readonly counted: readonly [Counted, Counted] | null;
}

/** Keeps the log of everything that took effect, and what was wrong about it. */
export class Judge {
  readonly faults: Fault[] = [];
  /** Of the deployment that holds the slot. */
  floor: () => number = () => 0;
  readonly #now: () => number;
  readonly #lines: Line[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The one rule of floors: who leaves fewer to serve than there were leaves as many as must. */
  acted({ by, what }: Act, before: Counted, after: Counted): void {
    const { floor } = before;
    this.note(by, what, [before, after]);
    const broken = (count: 'real' | 'known'): boolean =>
      after[count] < before[count] - NEAR && after[count] < floor - NEAR;
    if (broken('real') && broken('known')) {
      const were = `${after.real} to serve, before it were ${before.real}, and ${floor} must`;
      this.fault('floor', `${what} by ${by} left ${were}`);
    }
  }

  fault(kind: FaultKind, said: string): void {
    this.faults.push({ kind, said, line: this.#lines.length });
  }

  note(by: string, what: Line['what'], counted: Line['counted'] = null): void {
    this.#lines.push({ at: this.#now(), by, what, counted });
  }

  /** Everything that happened, line by line. */
  story(): readonly string[] {
    const start = this.#lines[0]?.at ?? 0;
    return this.#lines.map(({ at, by, what, counted }) => {
      const did = typeof what === 'string' ? what : `  wrote ${what.map(shortOf).join(', ')}`;
      const time = String(at - start).padStart(8);
      return `${time} ${by.padEnd(9)} ${did.padEnd(44)} ${counted === null ? '' : told(counted)}`;
    });
  }
}

const shortOf = (type: string): string => type.replace('deployment.', '');

function told([before, after]: readonly [Counted, Counted]): string {
  const changed = before.real === after.real ? `${after.real}` : `${before.real} > ${after.real}`;
  return `${changed} serve, floor ${before.floor}`;
}
