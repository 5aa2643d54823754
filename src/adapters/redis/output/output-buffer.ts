/** Bytes that all outputs of a worker together may still hold back. */
export interface Room {
  left: number;
}

export interface Batch {
  readonly lines: readonly string[];
  /** Lines that were dropped before these. */
  readonly dropped: number;
  /** Nothing comes behind it. */
  readonly last: boolean;
}

/** One write; a script that takes longer would hold others up. */
const MOST_AT_ONCE = 64 * 1024;
/** Of one call: what waits for a slow Redis. */
const MOST_WAITING = 256 * 1024;
/** What a line costs beside its bytes. */
const PER_LINE = 32;

/** What one call has written and Redis does not have yet. Its newest lines are worth the most. */
export class OutputBuffer {
  readonly #room: Room;
  readonly #atOnce: number;
  #lines: string[] = [];
  #first = 0;
  #held = 0;
  #dropped = 0;
  #endedAt: number | null = null;
  #gaveUp = false;
  /** Wakes whoever takes: there is something to send, or the call has ended. */
  #wake: (wanted: 'more' | 'end') => void = () => {};

  /** @param mostAtOnce bytes that a write may have at most */
  constructor(room: Room, mostAtOnce: number) {
    this.#room = room;
    // A piece has its number and time in front.
    this.#atOnce = Math.max(1, Math.min(MOST_AT_ONCE, mostAtOnce - 64));
  }

  push(lines: readonly string[]): void {
    if (this.#gaveUp || this.#endedAt !== null) return;
    for (const line of lines) {
      this.#hold(costOf(line));
      this.#lines.push(line);
      while (this.#held > MOST_WAITING || this.#room.left < 0) {
        if (this.#shift() === undefined) break;
        this.#dropped += 1;
      }
    }
    this.#wake('more');
  }

  end(): void {
    this.#endedAt ??= performance.now();
    this.#wake('end');
  }

  endedSince(ms: number): boolean {
    return this.#endedAt !== null && performance.now() - this.#endedAt >= ms;
  }

  /** What is to be sent next; together it has no more bytes than may be sent at once, but one line at least. */
  take(): Batch {
    const lines: string[] = [];
    let bytes = 0;
    for (;;) {
      const next = this.#lines[this.#first];
      if (next === undefined) break;
      bytes += Buffer.byteLength(next) + 1;
      if (bytes > this.#atOnce && lines.length > 0) break;
      this.#shift();
      lines.push(next);
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { lines, dropped, last: this.#endedAt !== null && this.#waiting === 0 };
  }

  /** Waits for something to send, and then for what else comes within the time. */
  async more(collectMs: number): Promise<void> {
    if (this.#endedAt !== null) return;
    if (this.#waiting === 0) await this.#woken(null, 'more');
    if (this.#endedAt === null) await this.#woken(collectMs, 'end');
  }

  /** Lets time pass, after the end of the call as before; its end is a reason to look at once. */
  async pause(ms: number): Promise<void> {
    await this.#woken(ms, 'end');
  }

  /** Nobody takes anything any more. */
  giveUp(): void {
    this.#gaveUp = true;
    this.#room.left += this.#held;
    this.#held = 0;
    this.#lines = [];
    this.#first = 0;
  }

  get #waiting(): number {
    return this.#lines.length - this.#first;
  }

  #woken(withinMs: number | null, by: 'more' | 'end'): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
      const timer = withinMs === null ? undefined : setTimeout(done, withinMs);
      this.#wake = (why) => {
        if (why === 'end' || by === 'more') done();
      };
    });
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    this.#room.left -= bytes;
  }

  #shift(): string | undefined {
    const line = this.#lines[this.#first];
    if (line === undefined) return undefined;
    this.#first += 1;
    this.#hold(-costOf(line));
    if (this.#first > 1_024 && 2 * this.#first > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
    return line;
  }
}

const costOf = (line: string): number => Buffer.byteLength(line) + PER_LINE;
