import { expect, test } from 'vitest';
import { MemorySubject } from '../../model/memory-subject.js';
import { playMany } from '../../model/play-many.js';
import { howMany } from '../../support/how-many.js';

const GAMES = howMany({ few: 200, full: 1_000 });

test('the store in memory does, move after move, what the model of a store does', async () => {
  const calls = await playMany('a store in memory', GAMES, () => new MemorySubject());

  expect(calls).toBeGreaterThan(10 * GAMES);
}, 120_000);
