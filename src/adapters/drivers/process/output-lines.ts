import { StringDecoder } from 'node:string_decoder';
import { cutLine } from '../../../contracts/views/last-lines.js';
import { redact } from './driver-environment.js';
import { printable } from './output-tail.js';

/** Of one line; the rest is only counted. */
const LONGEST_LINE = 8_192;
/** Behind the end of what is shown, so that a secret that lies across it is recognised. */
const MARGIN = 16_384;
/** A line of a secret of several lines; shorter ones stand in many an output. */
const SHORTEST_SECRET_LINE = 8;

/**
 * Makes whole lines of the bytes of an output: free of secrets, without colours
 * and cursor movements, bytes that are no UTF-8 marked as such, and cut where
 * they are very long. Of a line that was drawn over, the last state is kept.
 */
export class OutputLines {
  readonly #secrets: readonly string[];
  readonly #emit: (lines: readonly string[]) => void;
  readonly #decoder = new StringDecoder('utf8');
  #open = '';
  #beyond = 0;

  constructor(secrets: readonly string[], emit: (lines: readonly string[]) => void) {
    this.#secrets = secrets.flatMap((secret) => [
      secret,
      ...secret.split(/\r?\n/).filter((line) => line.length >= SHORTEST_SECRET_LINE),
    ]);
    this.#emit = emit;
  }

  push(chunk: Buffer): void {
    this.#take(this.#decoder.write(chunk));
  }

  /** What stands behind the last line break is a line, too. */
  end(): void {
    this.#take(this.#decoder.end());
    if (this.#open !== '') this.#emit([this.#line()]);
  }

  #take(text: string): void {
    const parts = text.split('\n');
    const rest = parts.pop() ?? '';
    const lines = parts.map((part) => {
      this.#grow(part);
      return this.#line();
    });
    this.#grow(rest);
    if (lines.length > 0) this.#emit(lines);
  }

  #grow(part: string): void {
    const room = LONGEST_LINE + MARGIN - this.#open.length;
    this.#open += part.slice(0, room);
    this.#beyond += Math.max(0, part.length - room);
  }

  #line(): string {
    const safe = redact(this.#open, this.#secrets);
    const text = PLAIN.test(safe) ? safe : printable(lastDrawn(safe));
    const beyond = this.#beyond;
    this.#open = '';
    this.#beyond = 0;
    // Half of a secret at the end of what was read lies in the margin, which is never shown.
    return cutLine(text, LONGEST_LINE, beyond);
  }
}

/** Nothing in it that could be a control character; most lines are so. */
const PLAIN = /^[\x20-\x7e]*$/;

/** A progress bar goes back to the beginning of its line again and again. */
function lastDrawn(line: string): string {
  const whole = line.replace(/\r+$/, '');
  return whole.slice(whole.lastIndexOf('\r') + 1);
}
