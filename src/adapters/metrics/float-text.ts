const INFINITE = /^[+-]?Inf(?:inity)?$/i;

/** Of a number as text, infinities in the ways that languages write them; NaN for what is none. */
export function floatOf(text: string): number {
  if (!INFINITE.test(text)) return Number(text);
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
