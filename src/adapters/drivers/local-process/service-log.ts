import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OutputTail } from '../process/output-tail.js';

/** A log larger than this is put aside when the next process starts; one old log is kept. */
const ROTATE_BYTES = 16 * 1024 * 1024;

/** Where the output of a target's processes goes. */
export class ServiceLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Opens it for one process, hands it over, and remembers where that one's output begins. */
  appending<T>(use: (descriptor: number) => T): { readonly value: T; readonly from: number } {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    if (this.#size() > ROTATE_BYTES) renameSync(this.#path, `${this.#path}.1`);
    const from = this.#size();
    const descriptor = openSync(this.#path, 'a', 0o600);
    try {
      return { value: use(descriptor), from };
    } finally {
      closeSync(descriptor);
    }
  }

  /** What was written from there on, in at most so many bytes. */
  async read(from: number, bytes: number): Promise<Buffer> {
    const file = await open(this.#path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** The end of what was written since, in at most so many bytes, safe to show. */
  async tail(from: number, bytes: number): Promise<string> {
    const kept = new OutputTail(bytes);
    const file = await open(this.#path, 'r');
    try {
      const { size } = await file.stat();
      const start = Math.max(from, size - bytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, start);
      kept.push(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
    return kept.text();
  }

  #size(): number {
    return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
  }
}
