import { isScalar, type LineCounter, Scalar, visit } from 'yaml';
import type { Document } from 'yaml';
import type { ConfigProblem } from '../../contracts/problems/config-error.js';

/** What these are to readers of YAML 1.1, such as older Compose and Ruby; some are to all. */
const WORDS = new Map([
  ...['yes', 'on', 'true'].map((word) => [word, 'true'] as const),
  ...['no', 'off', 'false'].map((word) => [word, 'false'] as const),
  ...['null', '~', ''].map((word) => [word, 'nothing'] as const),
]);
const DATE = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt\s].*)?$/;
/** Of a minute, or a version with colons: base 60 in YAML 1.1. */
const SIXTIES = /^[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?$/;

/**
 * Keys without quotes that YAML makes something else of than what stands there: `1.10`
 * becomes 1.1, and `no` a false in other readers. With them a name would be another one.
 */
export function misreadKeys(document: Document, lines: LineCounter): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.type !== Scalar.PLAIN) return;
      const text = key.source ?? '';
      const kind = kindOf(key.value, text);
      if (kind === null) return;
      const { line, col } = lines.linePos(key.range?.[0] ?? 0);
      const message = `\`${text}\` without quotes is read as ${kind}, not as a name: write '${text}'`;
      problems.push({ path: '', message, place: { line, column: col } });
    },
  });
  return problems;
}

function kindOf(value: unknown, text: string): string | null {
  if (typeof value === 'number' || SIXTIES.test(text)) return 'a number';
  return WORDS.get(text.toLowerCase()) ?? (DATE.test(text) ? 'a date' : null);
}
