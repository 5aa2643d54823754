import type { Paint, Tone } from './paint.js';
import { printable } from './printable.js';

/** A piece of a line; its text is escaped here, so that callers may pass what is stored. */
export type Segment = string | readonly [tone: Tone, text: string];

/** A line that is never wider than `width` columns, so that it can be drawn over; `null` is as wide as it gets. */
export function line(segments: readonly Segment[], width: number | null, paint: Paint): string {
  let room = width ?? Number.POSITIVE_INFINITY;
  return segments
    .map((segment) => {
      const [tone, text] = typeof segment === 'string' ? (['plain', segment] as const) : segment;
      const fitting = fit(printable(text), room);
      room -= columnsOf(fitting);
      return fitting === '' ? '' : paint(tone, fitting);
    })
    .join('');
}

/** Terminal columns; what may be wide counts as wide, so that nothing wraps. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += widthOf(char);
  return columns;
}

export function fit(text: string, room: number): string {
  if (columnsOf(text) <= room) return text;
  if (room < 1) return '';
  let used = 1;
  let kept = '';
  for (const char of text) {
    used += widthOf(char);
    if (used > room) break;
    kept += char;
  }
  return `${kept}…`;
}

export const pad = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

/** Wide scripts and emoji begin beyond these; block elements and punctuation between are narrow. */
function widthOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  return (code >= 0x1100 && code < 0x2000) || code >= 0x2e80 ? 2 : 1;
}
