import { describe, expect, it, test } from 'vitest';
import { FULL } from '../support/long-tests.js';
import { type Planted, ran, withPlanted } from './plant.js';
import { PLANTED_BACK } from './planted-back.js';

const MINUTES = 60_000;
const CASES = ['test/lives/left-by-others.test.ts', 'test/lives/world-moves.test.ts'];

/** What vitest says of the cases that begin so, on a copy of the source. */
async function casesOn(planted: Planted | null, begins = ''): Promise<string> {
  const run = ['node_modules/vitest/vitest.mjs', 'run', '--no-cache', ...CASES];
  const only = begins === '' ? [] : ['-t', ` ${begins}`];
  const { out, errors } = await withPlanted(planted, (copy) =>
    ran(copy, [...run, ...only], { NO_COLOR: '1' }),
  );
  return out + errors;
}

describe('the case fails again where', () => {
  // The first one shows that it can be seen; all of them are planted in `npm run test:long`.
  test.each(FULL ? PLANTED_BACK : PLANTED_BACK.slice(0, 1))(
    '$says ($case)',
    async (planted) => {
      const { case: name, shows } = planted;
      const said = await casesOn(planted, name.includes(':') ? name : `${name}:`);
      expect(said).toMatch(/Tests +1 failed \| \d+ skipped/);
      // By what the case itself expects, and not as something else broke.
      expect(said).toMatch(/^AssertionError: expected/mu);
      expect(said).toContain(shows);
    },
    2 * MINUTES,
  );
});

it(
  'all of them pass where nothing is planted',
  async () => {
    const said = await casesOn(null);
    expect(said).toMatch(/Tests +\d+ passed \(\d+\)/);
    // Each of them has a line that breaks it.
    expect(said).toContain(`Tests  ${PLANTED_BACK.length} passed`);
  },
  2 * MINUTES,
);
