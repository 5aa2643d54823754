import type { CliPorts } from './cli-ports.js';
import { line, type Segment } from '../text/line.js';
import { createPaint, type Paint } from '../text/paint.js';
import { jsonText } from '../text/printable.js';
import { type Cell, type Column, table } from '../text/table.js';

/** Where a command writes what it has to say. */
export class Output {
  readonly paint: Paint;
  /** A terminal on which lines can be drawn again in place. */
  readonly animated: boolean;
  /** Columns to keep to; `null` where the text goes into a file or a pipe. */
  readonly width: number | null;
  readonly #ports: Pick<CliPorts, 'stdout' | 'stderr'>;

  constructor(ports: Pick<CliPorts, 'stdout' | 'stderr' | 'env'>) {
    const { stdout, env } = ports;
    const terminal = stdout.isTTY === true;
    this.#ports = ports;
    this.animated = terminal && env['TERM'] !== 'dumb';
    this.width = terminal ? (stdout.columns ?? 80) : null;
    this.paint = createPaint(this.animated && !env['NO_COLOR']);
  }

  json(value: unknown): void {
    this.#ports.stdout.write(`${jsonText(value)}\n`);
  }

  /** Text that was rendered, and so escaped, before. */
  text(rendered: string): void {
    this.#ports.stdout.write(`${rendered}\n`);
  }

  /** One line, uncut: nothing is drawn over it. */
  line(...segments: readonly Segment[]): void {
    this.text(line(segments, null, this.paint));
  }

  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
    this.text(table(columns, rows, this.width, this.paint));
  }

  /** For the person at the terminal; kept out of what a script reads. */
  note(text: string): void {
    this.#ports.stderr.write(`${line([text], null, (_, plain) => plain)}\n`);
  }

  raw(sequence: string): void {
    this.#ports.stdout.write(sequence);
  }
}
