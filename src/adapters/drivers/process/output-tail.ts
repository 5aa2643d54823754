import { stripVTControlCharacters } from 'node:util';

/** Keeps the last bytes of an output of any length. */
export class OutputTail {
  readonly #keep: number;
  #chunks: Buffer[] = [];
  #held = 0;
  #seen = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** How many bytes there were in all. */
  get seen(): number {
    return this.#seen;
  }

  push(chunk: Buffer): void {
    this.#seen += chunk.length;
    // A copy: a slice would keep the whole of a large chunk alive.
    const end = Buffer.from(chunk.subarray(Math.max(0, chunk.length - this.#keep)));
    this.#chunks.push(end);
    this.#held += end.length;
    if (this.#held > 2 * this.#keep + 65_536) this.#trim();
  }

  /** The tail as text that is safe in a log and on a terminal. */
  text(): string {
    this.#trim();
    const [bytes = Buffer.alloc(0)] = this.#chunks;
    let start = 0;
    // A character that was cut in half is dropped, not shown as rubbish.
    while (this.#seen > bytes.length && start < 3 && isContinuation(bytes[start])) start += 1;
    return printable(bytes.subarray(start).toString('utf8'));
  }

  #trim(): void {
    const all = Buffer.concat(this.#chunks);
    const kept = all.subarray(Math.max(0, all.length - this.#keep));
    this.#chunks = [Buffer.from(kept)];
    this.#held = kept.length;
  }
}

const isContinuation = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x80 && byte < 0xc0;

const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** Without colours and cursor movements, and with every other control character spelt out. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replaceAll(UNSAFE, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code < 0x100
        ? `\\x${code.toString(16).padStart(2, '0')}`
        : `\\u{${code.toString(16)}}`;
    });
}

/** The end of a text, in at most so many bytes of UTF-8. */
export function lastBytes(text: string, bytes: number): string {
  const tail = new OutputTail(bytes);
  tail.push(Buffer.from(text));
  return tail.text();
}
