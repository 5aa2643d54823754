import Table from 'cli-table3';
import { columnsOf, fit } from './line.js';
import type { Paint, Tone } from './paint.js';
import { printable } from './printable.js';

export interface Column {
  readonly title: string;
  /** May be cut to make the table fit; ids may not. */
  readonly shrinks?: boolean;
}

export type Cell = string | readonly [tone: Tone, text: string];

const GAP = 2;
const NARROWEST = 6;
const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** Rows under their titles, at most `width` columns wide where its shrinking columns allow that. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number | null,
  paint: Paint,
): string {
  const texts = rows.map((row) => row.map((cell) => printable(textOf(cell))));
  const widths = shrunk(columns, naturalWidths(columns, texts), width);
  const drawn = new Table({
    chars: BARE,
    head: columns.map(({ title }, at) => paint('faint', fit(title, widths[at] ?? 0))),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP, compact: true },
    colWidths: widths.map((columnWidth) => columnWidth + GAP),
  });
  for (const [at, row] of rows.entries()) {
    drawn.push(
      row.map((cell, column) =>
        paint(toneOf(cell), fit(texts[at]?.[column] ?? '', widths[column] ?? 0)),
      ),
    );
  }
  const lines = drawn.toString().split('\n');
  return lines.map((text) => text.trimEnd()).join('\n');
}

function naturalWidths(
  columns: readonly Column[],
  texts: readonly (readonly string[])[],
): readonly number[] {
  return columns.map(({ title }, at) =>
    Math.max(columnsOf(title), ...texts.map((row) => columnsOf(row[at] ?? '')), 1),
  );
}

function shrunk(
  columns: readonly Column[],
  natural: readonly number[],
  width: number | null,
): readonly number[] {
  const widths = [...natural];
  if (width === null) return widths;
  const total = (): number => widths.reduce((sum, each) => sum + each + GAP, -GAP);
  while (total() > width) {
    const widest = widths.reduce(
      (best, each, at) =>
        columns[at]?.shrinks && each > NARROWEST && each > (widths[best] ?? 0) ? at : best,
      -1,
    );
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell[1]);
const toneOf = (cell: Cell): Tone => (typeof cell === 'string' ? 'plain' : cell[0]);
