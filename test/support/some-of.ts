import { test } from 'vitest';
import { howMany } from './how-many.js';

/** All of them in `npm run test:long`; in `npm test` so few, others with every number. */
export function someOf<T>(all: readonly T[], few: number, turn: number): readonly T[] {
  const first = turn % all.length;
  const turned = [...all.slice(first), ...all.slice(0, first)];
  return turned.slice(0, howMany({ few, full: all.length }));
}

type Register = (name: string, does: () => Promise<void>) => void;

/**
 * As `test`, for the tests of a file that each take long: all of them in
 * `npm run test:long`; in `npm test` so few, others with every number.
 *
 * @param total how many there are
 */
export function testsInTurn(total: number, few: number, turn: number): Register {
  const numbers = Array.from({ length: total }, (_, number) => number);
  const chosen = new Set(someOf(numbers, few, turn));
  const [now, notNow]: readonly Register[] = [test, () => {}];
  let at = -1;
  return (name, does) => {
    at += 1;
    (chosen.has(at) ? now : notNow)?.(name, does);
  };
}
