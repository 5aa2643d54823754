import { describe, expect, test } from 'vitest';
import { allRegexes } from './all-regexes.js';

/** What is repeated: by itself, and the pairs that make two parts of an expression quarrel. */
const PUMPS = [
  ...['a', 'A', '0', '-', '.', ' ', '_', '/', ':', ',', '=', '"', '\\', '{', '[', '%', '+', '@'],
  ...['a.', 'a-', '.a', '0.', 'a ', ' a', '{a', '{{', '["a"]', '[0]', '\t\n', 'aA0', '://', '..'],
  ...['FREQ=', ';BYDAY=MO', ',1', '\u001b[', '\u00e9', '//a@'],
];
/** What an expression may want to have seen before it comes to what can be repeated. */
const OPENINGS = ['', 'a', '1', '$', 'FREQ=DAILY;', 'deploy:'];
/** What makes it fail at the end, and try all over again. */
const ENDINGS = ['', '\0', '!', '\n'];

/** Growth with the length: 1 is linear, 2 quadratic. Between them lies what a machine's mood can do. */
const MOST_GROWTH = 1.6;
/** Below this no growth can be told from the clock, and none can hurt. */
const MEASURABLE_MS = 2;
/** Two to the power of the first is measured in moments; the square of the last as well. */
const LENGTHS = [22, 2_000, 8_000] as const;

/** The best of several: what else the machine does only ever adds to it. */
function timeOf(regex: RegExp, text: string, rounds = 1): number {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    regex.test(text);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** The exponent with which time grows with the length; 0 where it is too quick to tell. */
function growth(regex: RegExp, text: (length: number) => string): number {
  const [tiny, short, long] = LENGTHS;
  const slow = (length: number): boolean =>
    timeOf(regex, text(length)) > MEASURABLE_MS && timeOf(regex, text(length), 3) > MEASURABLE_MS;
  // What doubles with every letter would never come back from a longer one.
  if (slow(tiny)) return Infinity;
  if (!slow(long)) return 0;
  const ratio = timeOf(regex, text(long), 5) / timeOf(regex, text(short), 5);
  return Math.log(ratio) / Math.log(long / short);
}

function worst(regex: RegExp): { readonly exponent: number; readonly by: string } {
  let found = { exponent: 0, by: '' };
  for (const opening of OPENINGS) {
    for (const pump of PUMPS) {
      for (const ending of ENDINGS) {
        const text = (length: number): string =>
          opening + pump.repeat(Math.ceil(length / pump.length)) + ending;
        const exponent = growth(regex, text);
        if (exponent > found.exponent)
          found = { exponent, by: JSON.stringify([opening, pump, ending]) };
        if (exponent > MOST_GROWTH) return found;
      }
    }
  }
  return found;
}

const all = await allRegexes();
/** Those that see what publishers and configurations write. */
const regexes = [...all].filter(([place]) => /^(?:contracts|domain|built)\b/.test(place));

/** A busy machine is slow, and no reason to fail. */
const PATIENCE_MS = 60_000;

describe('every regular expression', () => {
  test('is found', () => {
    expect(regexes.length).toBeGreaterThan(50);
    expect(regexes.map(([place]) => place)).toContainEqual(
      expect.stringContaining('^dep_[0-9a-z]{10,40}$'),
    );
    expect(regexes.map(([place]) => place)).toContainEqual(
      expect.stringContaining('built ^(?:\\$|[A-Za-z_]'),
    );
  });

  test.each([
    ['(a+)+$', 'exponential'],
    ['^(?:a|a)*$', 'exponential'],
    ['\\s+$', 'quadratic'],
  ])(
    'would be caught were it %s, which is %s',
    (source) => {
      expect(worst(new RegExp(source)).exponent).toBeGreaterThan(MOST_GROWTH);
    },
    PATIENCE_MS,
  );

  test.each(regexes)(
    '%s takes no longer than its text is long',
    (_, regex) => {
      const { exponent, by } = worst(regex);
      expect(exponent, by).toBeLessThan(MOST_GROWTH);
    },
    PATIENCE_MS,
  );
});
