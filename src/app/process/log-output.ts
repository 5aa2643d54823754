import { writeSync } from 'node:fs';

/** Puts some of the bytes where they belong and says how many: `writeSync` of a file. */
type WriteBytes = (bytes: Uint8Array) => number;

/** How often a destination that is busy is asked again, and after how many milliseconds. */
const [TRIES, PAUSE_MS] = [20, 5];

/**
 * Where log lines go, each at once. What can't be written is pruned: a full disk
 * or a reader that went away costs the lines it could not take, and never the
 * process. The next line that is written is led by one that says how many.
 */
export class LogOutput {
  readonly #write: WriteBytes;
  #lost = 0;
  /** Whether the last that was written ends in the middle of a line. */
  #cut = false;

  constructor(write: WriteBytes) {
    this.#write = write;
  }

  write(line: string): void {
    const before = this.#cut ? '\n' : '';
    const notice = this.#lost === 0 ? '' : lostLines(this.#lost);
    if (this.#put(Buffer.from(`${before}${notice}${line}`))) this.#lost = 0;
    else this.#lost += 1;
  }

  #put(bytes: Uint8Array): boolean {
    let at = 0;
    // One that did not come to it by now is not waited for again until it does.
    let tries = this.#lost === 0 ? TRIES : 1;
    while (at < bytes.length) {
      try {
        at += this.#write(bytes.subarray(at));
      } catch (error) {
        tries -= 1;
        if (!isBusy(error) || tries === 0) {
          this.#cut ||= at > 0;
          return false;
        }
        pause(PAUSE_MS);
      }
    }
    this.#cut = false;
    return true;
  }
}

export const standardError = (): LogOutput => new LogOutput((bytes) => writeSync(2, bytes));

/** As pino writes a warning. */
const lostLines = (lost: number): string =>
  `${JSON.stringify({ level: 40, time: new Date().toISOString(), lost, msg: 'log lines could not be written' })}\n`;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EAGAIN';

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
