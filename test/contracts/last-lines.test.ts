import { describe, expect, test } from 'vitest';
import { cutLine, lastLines } from '../../src/contracts/views/last-lines.js';

describe('the last lines of a failed call', () => {
  test('are those of its output, or of the log of the process that it started', () => {
    expect(lastLines({ exitCode: 7, output: 'one\ntwo\n' })).toEqual(['one', 'two']);
    expect(lastLines({ log: 'one\n' })).toEqual(['one']);
  });

  test('are ten, and it is said that there are earlier ones', () => {
    const output = Array.from({ length: 12 }, (_, at) => `${at + 1}`).join('\n');
    expect(lastLines({ output })).toEqual([
      '… (earlier lines are not shown here)',
      ...['3', '4', '5', '6', '7', '8', '9', '10', '11', '12'],
    ]);
  });

  test.each([
    ['no evidence', null],
    ['evidence without output', { exitCode: 7 }],
    ['output that is no text', { output: 7 }],
    ['output of blanks', { output: ' \n\n' }],
    ['a word', 'output'],
  ])('are none for %s', (_what, evidence) => {
    expect(lastLines(evidence)).toEqual([]);
  });

  test('are cut where they are very long, with a note of how much is missing', () => {
    expect(lastLines({ output: 'x'.repeat(1_000) })).toEqual([
      `${'x'.repeat(400)}… (cut: 600 more characters)`,
    ]);
  });

  test('are not cut in the middle of a character, and show tabs as blanks', () => {
    expect(cutLine('ab😀cd', 3)).toBe('ab… (cut: 4 more characters)');
    expect(cutLine('ab😀cd', 4)).toBe('ab😀… (cut: 2 more characters)');
    expect(cutLine('a\tb')).toBe('a    b');
    expect(cutLine('ab', 4, 7)).toBe('ab… (cut: 7 more characters)');
  });
});
