import { describe, expect, test } from 'vitest';
import type { Note } from './notes.js';
import { quantile, recoveries } from './recovery-times.js';

const note = (
  at: number,
  pid: number,
  type: Note['type'],
  deployment: string | null = 'd',
): Note => ({
  ...{ at, pid, type, deployment },
});
const nobody = (): boolean => false;

describe('how long work lay still', () => {
  test('counts from the death of who had it in hand until another took it up', () => {
    const notes = [note(10, 1, 'claimed'), note(900, 2, 'claimed')];
    expect(recoveries(notes, [{ pid: 1, at: 100 }], nobody)).toEqual([
      { deployment: 'd', diedAt: 100, ms: 800 },
    ]);
  });

  test('knows those who died by their own hand', () => {
    const notes = [note(10, 1, 'claimed'), note(50, 1, 'dies', null), note(60, 2, 'claimed')];
    expect(recoveries(notes, [], nobody)).toMatchObject([{ diedAt: 50, ms: 10 }]);
  });

  test('leaves out what had been let go of, what nobody took up, and what somebody stopped', () => {
    const kills = [{ pid: 1, at: 100 }];
    const claimed = note(10, 1, 'claimed');
    expect(
      recoveries([claimed, note(20, 1, 'let_go'), note(200, 2, 'claimed')], kills, nobody),
    ).toEqual([]);
    expect(recoveries([claimed], kills, nobody)).toEqual([]);
    expect(recoveries([claimed, note(200, 2, 'claimed')], kills, () => true)).toEqual([]);
  });
});

describe('a quantile', () => {
  test('is one of the values', () => {
    const values = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect([0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([50, 99, 100]);
    expect(quantile([], 0.5)).toBeNull();
  });
});
