import { describe, expect, test } from 'vitest';
import { OutputLines } from '../../../src/adapters/drivers/process/output-lines.js';

/** What becomes of these pieces of an output. */
function linesOf(pieces: readonly (string | Buffer)[], secrets: readonly string[] = []): string[] {
  const lines: string[] = [];
  const output = new OutputLines(secrets, (some) => lines.push(...some));
  for (const piece of pieces) output.push(Buffer.from(piece));
  output.end();
  return lines;
}

describe('the lines of an output', () => {
  test('are whole, however the bytes come, also the last one without an end', () => {
    expect(linesOf(['on', 'e\ntw', 'o\n\nthr', 'ee'])).toEqual(['one', 'two', '', 'three']);
    const letters = Buffer.from('späť 😀\n');
    expect(linesOf([...letters].map((byte) => Buffer.from([byte])))).toEqual(['späť 😀']);
    expect(linesOf([])).toEqual([]);
  });

  test('hold no colours, no cursor movements and no control characters', () => {
    expect(linesOf(['\u001b[31mred\u001b[0m\u001b[2J\u0001 \u0000end\r\n'])).toEqual([
      String.raw`red\x01 \x00end`,
    ]);
  });

  test('show what is no UTF-8 as such', () => {
    expect(linesOf([Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a])])).toEqual(['a��b']);
  });

  test('of a progress bar are its last state', () => {
    expect(linesOf(['10%\r50%', '\r100%\n'])).toEqual(['100%']);
  });

  test('are cut where they are very long, with a note, and what is beyond is not held', () => {
    const [line = '', next] = linesOf(['x'.repeat(50_000), 'y'.repeat(50_000), '\nnext\n']);
    expect(line).toBe(`${'x'.repeat(8_192)}… (cut: 91808 more characters)`);
    expect(next).toBe('next');
  });

  test('show no secret, however it is cut up, nor a line of one of several lines', () => {
    const key = '-----BEGIN KEY-----\nc2VjcmV0LWxpbmU\n-----END KEY-----';
    expect(linesOf(['token=s3cr', 'et-token!\n'], ['s3cret-token'])).toEqual(['token=***!']);
    expect(linesOf([`key:\n${key}\n`], [key])).toEqual(['key:', '***', '***', '***']);
    const [line = ''] = linesOf(
      [`${'x'.repeat(8_186)}s3cret-token${'y'.repeat(90_000)}\n`],
      ['s3cret-token'],
    );
    expect(line).not.toContain('s3c');
  });
});
