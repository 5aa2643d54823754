import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { fuzzSeed } from '../../support/fuzz-seed.js';
import { howMany } from '../../support/how-many.js';
import { allContracts } from './all-contracts.js';
import { arbitraryOf } from './arbitrary-of.js';
import { hostileValue, inherited, own } from './hostile-values.js';
import { SAMPLES, TURNING } from './samples.js';

const CASES = howMany({ few: 6_000, full: 60_000 });
const seed = fuzzSeed('the fuzzer of contracts');
const contracts = await allContracts();
const numRuns = Math.ceil(CASES / contracts.size);
let ran = 0;
let takenInAll = 0;

/** What comes close by shape, and where that hits too seldom, a good value with one part exchanged. */
function inputsOf(name: string, schema: z.ZodType): fc.Arbitrary<unknown> {
  const sample = SAMPLES[name];
  if (sample === undefined) return arbitraryOf(schema);
  const field = fc.constantFrom(...Object.keys(sample), 'surprise');
  const spoilt = fc
    .tuple(field, hostileValue)
    .map(([spoiltField, value]) => own([...Object.entries(sample), [spoiltField, value]]));
  return fc.oneof(arbitraryOf(schema), spoilt, fc.constant(sample));
}

describe('every contract', () => {
  test.each([...contracts])(
    '%s refuses or takes any value, without throwing or changing what objects inherit',
    (place, schema) => {
      const name = place.split(' ').at(-1) ?? '';
      const turns = TURNING.has(name);
      const before = inherited();
      let taken = 0;
      fc.assert(
        fc.property(inputsOf(name, schema), (value) => {
          ran += 1;
          const parsed = schema.safeParse(value);
          if (!parsed.success) {
            expect(parsed.error.issues.length).toBeGreaterThan(0);
            return;
          }
          taken += 1;
          // Asked again, it says the same; and what it gave out means itself.
          const again = schema.safeParse(turns ? value : parsed.data);
          expect(again).toEqual({ success: true, data: parsed.data });
        }),
        { seed, numRuns },
      );
      expect(inherited()).toEqual(before);
      takenInAll += taken;
    },
  );

  test(`was asked ${CASES} times in all`, () => {
    expect(ran).toBeGreaterThanOrEqual(CASES);
    // What only makes what is refused at the door tests nothing behind it.
    expect(takenInAll).toBeGreaterThan(CASES / 10);
  });

  test.each(Object.entries(SAMPLES))('takes the sample of %s', (name, sample) => {
    const [, schema] = [...contracts].find(([place]) => place.endsWith(` ${name}`)) ?? [];
    expect(schema?.safeParse(sample)).toMatchObject({ success: true });
  });

  test.each([...TURNING])('of those that turn their input, %s does', (name, input) => {
    const [, schema] = [...contracts].find(([place]) => place.endsWith(` ${name}`)) ?? [];
    const meant = schema?.parse(input);
    expect(meant).not.toEqual(input);
  });
});
