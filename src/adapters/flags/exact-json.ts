/**
 * JSON in which numbers stay as they were written: `9007199254740993` and `1.0`
 * mean something to whoever wrote them, and JavaScript has neither.
 */

/** Stands before the digits of a number that JavaScript would write differently. */
const AS_WRITTEN = '\uE000number as written:';

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const KEPT = new RegExp(`"${AS_WRITTEN}([^"]*)"`, 'g');

/** @throws SyntaxError where it is no JSON, or not all of one */
export function parseExact(text: string): unknown {
  const kept = text.replaceAll(TOKENS, (token) =>
    token.startsWith('"') || String(Number(token)) === token
      ? token
      : JSON.stringify(`${AS_WRITTEN}${token}`),
  );
  return JSON.parse(kept);
}

/** In lines, as people read it. */
export const writeExact = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replaceAll(KEPT, '$1')}\n`;
