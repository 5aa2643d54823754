/**
 * Whatever could steer a terminal or reorder what it shows: C0 and C1 controls,
 * line and paragraph separators, and the marks that turn the writing direction.
 */
const STEERING =
  // oxlint-disable-next-line no-control-regex -- control characters are just what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Stored text as it may reach a terminal: on one line, and showing what it holds. */
export const printable = (text: string): string =>
  text.replace(STEERING, (char) => NAMED[char] ?? escaped(char));

/** JSON on one line. It reads back the same, and is as safe to look at as `printable` text. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value).replace(
    STEERING,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function escaped(char: string): string {
  const code = char.charCodeAt(0);
  const hex = code.toString(16);
  return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
