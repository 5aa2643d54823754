import { expect, test } from 'vitest';
import { type Figures, sumOf } from './figures.js';

test('the figures of several parts add up, each ending and each time among them', () => {
  const first = { counts: { kills: 3, minutes: 1 }, times: { alone: [5] }, endings: { failed: 1 } };
  const second = {
    counts: { kills: 4, minutes: 2 },
    times: { alone: [7, 9] },
    endings: { completed: 2 },
  };

  expect(sumOf([first, second] as unknown as Figures[])).toEqual({
    counts: { kills: 7, minutes: 3 },
    times: { alone: [5, 7, 9] },
    endings: { failed: 1, completed: 2 },
  });
});
