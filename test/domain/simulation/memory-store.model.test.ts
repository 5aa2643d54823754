import { expect, test } from 'vitest';
import { MemorySubject } from '../../model/memory-subject.js';
import { playMany } from '../../model/play-many.js';

test('the store in memory does, move after move, what the model of a store does', async () => {
  const calls = await playMany('a store in memory', 1_000, () => new MemorySubject());

  expect(calls).toBeGreaterThan(10_000);
}, 120_000);
