import { describe, expect, test } from 'vitest';
import { LogOutput } from '../../src/app/process/log-output.js';

const trouble = (code: string): Error => Object.assign(new Error(code), { code });

/** A file that takes so many bytes in a call, or refuses the call; whatever comes when these are used up. */
function fileThat(...answers: readonly (number | string)[]) {
  const left = [...answers];
  const file = {
    text: '',
    calls: 0,
    write(bytes: Uint8Array): number {
      file.calls += 1;
      const answer = left.shift() ?? bytes.length;
      if (typeof answer === 'string') throw trouble(answer);
      file.text += Buffer.from(bytes.subarray(0, answer)).toString();
      return Math.min(answer, bytes.length);
    },
  };
  return { file, output: new LogOutput((bytes) => file.write(bytes)) };
}

const lost = (count: number) =>
  expect.objectContaining({ level: 40, lost: count, msg: 'log lines could not be written' });

describe('the output of the log', () => {
  test('writes a line that is taken in parts as one line', () => {
    const { file, output } = fileThat(2, 1);
    output.write('"first"\n');
    expect(file.text).toBe('"first"\n');
  });

  test.each(['ENOSPC', 'EPIPE', 'EIO'])(
    'lets go of what %s keeps from being written, and tells how many lines that were',
    (code) => {
      const { file, output } = fileThat(code, code);
      output.write('"first"\n');
      output.write('"second"\n');
      expect(file.text).toBe('');

      output.write('"third"\n');
      output.write('"fourth"\n');

      const lines = file.text.trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        lost(2),
        'third',
        'fourth',
      ]);
    },
  );

  test('begins a new line after one that the disk had only room for a part of', () => {
    const { file, output } = fileThat(3, 'ENOSPC', 'ENOSPC');
    output.write('"first"\n');
    output.write('"second"\n');
    output.write('"third"\n');

    const [torn, ...lines] = file.text.trimEnd().split('\n');
    expect(torn).toBe('"fi');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([lost(2), 'third']);
  });

  test('waits a moment for a reader that is busy', () => {
    const { file, output } = fileThat('EAGAIN', 'EAGAIN');
    output.write('"first"\n');
    expect(file.text).toBe('"first"\n');
  });

  test('waits no second time for a reader that stays busy', () => {
    const { file, output } = fileThat(...Array.from({ length: 21 }, () => 'EAGAIN'));
    output.write('"first"\n');
    expect(file.calls).toBe(20);
    output.write('"second"\n');
    expect(file.calls).toBe(21);

    output.write('"third"\n');
    const lines = file.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([lost(2), 'third']);
  });
});
