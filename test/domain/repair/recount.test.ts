import { describe, expect, test } from 'vitest';
import { recountRemedy } from '../../../src/domain/repair/facts.js';
import { finding, told } from './places.js';

const mark = { recounts: new Map([['failed', 2]]), sequence: 7 };
const counted = (message: string) => finding('counters_exact', { message });

describe('a counter', () => {
  test('is moved by as much as the audit says that it is off', () => {
    const off = recountRemedy(counted('9 are counted as failed: a recount gives 4'), mark, false);
    expect(off).toEqual({
      repair: {
        ...{ kind: 'recount', status: 'failed', counter: '9', recount: 4 },
        ...{ recounts: 2, sequence: 7 },
      },
    });
    const trimmed = 'NaN are counted as draft: a recount gives 4 with the 3 that were pruned';
    expect(recountRemedy(counted(trimmed), mark, false)).toMatchObject({
      repair: { counter: 'NaN', status: 'draft', recount: 4, recounts: 0 },
    });
  });

  test('is left alone where a record cannot be counted, or the audit says something else', () => {
    const message = '9 are counted as failed: a recount gives 4';
    expect(told([recountRemedy(counted(message), mark, true)])).toEqual([
      'a record cannot be read, so that a recount may not be right',
    ]);
    expect(told([recountRemedy(counted('counters differ'), mark, false)])).toEqual([
      'how much it is off is not told',
    ]);
  });
});
