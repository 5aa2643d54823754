import { expect } from 'vitest';
import { FULL, LONG_TESTS } from './long-tests.js';

/** So many cases in `npm run test:long`, and so few in `npm test`. */
export function howMany({ few, full }: { readonly few: number; readonly full: number }): number {
  const { testPath = '' } = expect.getState();
  if (!LONG_TESTS.some((file) => testPath.endsWith(file))) {
    throw new Error(`${testPath} is not in LONG_TESTS, so its full number would never run`);
  }
  return FULL ? full : few;
}
