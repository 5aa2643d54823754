import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/app/process/log.js';

function logged(fields: object, message = 'it happened'): { line: string; told: unknown } {
  const lines: string[] = [];
  createLog('info', { write: (line) => lines.push(line) }).error(fields, message);
  expect(lines).toHaveLength(1);
  const [line = ''] = lines;
  return { line, told: JSON.parse(line) };
}

/** What moves a cursor, colours, rings, starts a line of its own or turns text round. */
const HOSTILE = [
  '\u001b[2J\u001b[31mall is well',
  '\u001b]0;title\u0007',
  '\u009b31m',
  'one\r\n{"level":30,"msg":"forged"}',
  'one\u2028two\u2029three\u0085four',
  '\u202egnp.exe\u2066x\u2069',
  'a\0b\u007fc',
];

describe('the log', () => {
  test.each(HOSTILE)('writes %j as one line of harmless text that means the same', (text) => {
    const { line, told } = logged({ service: text, err: new Error(text) }, text);
    expect(line).toMatch(/^[^\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]*\n$/u);
    expect(told).toMatchObject({ service: text, msg: text, err: { message: text } });
  });

  test('tells nothing of the arguments of a Redis command, however deep the error is', () => {
    const refused = Object.assign(new Error('OOM command not allowed'), {
      command: { name: 'evalsha', args: ['canary-payload'] },
      previousErrors: [{ command: { args: ['canary-payload'] } }],
    });
    const wrapped = new Error('could not write', {
      cause: new AggregateError([new Error('again', { cause: refused })]),
    });
    const { line, told } = logged({ err: wrapped });
    expect(line).not.toContain('canary-payload');
    expect(told).toMatchObject({
      err: { cause: { errors: [{ cause: { command: 'evalsha' } }] } },
    });
  });

  test('tells nothing of what a Redis that lacks a command repeats', () => {
    const unknown = new Error("ERR unknown command 'X', with args beginning with: 'canary' 'b'");
    expect(logged({ err: unknown }).line).not.toContain('canary');
  });

  test('survives errors that are none, that have no end, and that are huge', () => {
    const endless = new Error('round');
    endless.cause = endless;
    expect(logged({ err: 'canary text' }).told).toMatchObject({ err: { message: 'canary text' } });
    expect(logged({ err: endless }).line.length).toBeLessThan(50_000);
    expect(logged({ err: new Error('x'.repeat(1_000_000)) }).line.length).toBeLessThan(20_000);
  });

  test('blots out what is named as a secret', () => {
    const { line } = logged({
      token: 'canary',
      headers: { authorization: 'canary' },
      driver: { env: { A: 'canary' } },
      source: { headers: { a: 'canary' }, password: 'canary' },
    });
    expect(line).not.toContain('canary');
  });
});
