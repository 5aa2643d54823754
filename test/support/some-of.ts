import { howMany } from './how-many.js';

/** All of them in `npm run test:long`; in `npm test` so few, others with every number. */
export function someOf<T>(all: readonly T[], few: number, turn: number): readonly T[] {
  const first = turn % all.length;
  const turned = [...all.slice(first), ...all.slice(0, first)];
  return turned.slice(0, howMany({ few, full: all.length }));
}
