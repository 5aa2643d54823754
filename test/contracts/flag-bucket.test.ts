import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketOf, BUCKETS, bucketsAt, isOn } from '../../src/contracts/values/flag-bucket.js';
import { isFlagPercent } from '../../src/domain/model/plan/flag-setting.js';

const userKey = fc.string({ minLength: 1, maxLength: 40 });
/** Every percentage there is. */
const percent = fc.integer({ min: 0, max: BUCKETS }).map((buckets) => buckets / 1_000);

describe('the bucket of a user', () => {
  test('is always the same, in every process and since the first release', () => {
    const buckets = ['alice', 'bob', 'größer ✓', ''].map((key) => bucketOf('ff_api_1.0.0', key));

    expect(buckets).toMatchInlineSnapshot(`
      [
        48694,
        55688,
        11291,
        62179,
      ]
    `);
  });

  test('is one of the buckets', () => {
    fc.assert(
      fc.property(fc.string(), userKey, (flag, key) => {
        const bucket = bucketOf(flag, key);
        expect(Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKETS).toBe(true);
      }),
    );
  });

  test('is spread evenly: every tenth has about a tenth of the users', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let user = 0; user < 20_000; user++) {
      const tenth = Math.floor(bucketOf('ff', `user-${user}`) / (BUCKETS / 10));
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }

    // 2,000 each; five standard deviations of a binomial count are 212. The keys are fixed, so is the count.
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(212);
  });

  test('has nothing to do with the bucket of the same user for another flag', () => {
    let both = 0;
    for (let user = 0; user < 20_000; user++) {
      if (isOn('ff_a', 10, `user-${user}`) && isOn('ff_b', 10, `user-${user}`)) both++;
    }

    // One in a hundred; five standard deviations are 70.
    expect(Math.abs(both - 200)).toBeLessThan(70);
  });
});

describe('a flag', () => {
  test('is on for nobody at 0, for everybody at 100, with a key or without', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(userKey, { nil: undefined }), (flag, key) => {
        expect([isOn(flag, 0, key), isOn(flag, 100, key)]).toEqual([false, true]);
      }),
    );
  });

  test('is on for nobody without a key before it is on for everybody', () => {
    expect(isOn('ff', 99.999, undefined)).toBe(false);
  });

  test('never goes off for a user while its percentage grows', () => {
    fc.assert(
      fc.property(fc.string(), userKey, percent, percent, (flag, key, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(isOn(flag, less, key) && !isOn(flag, more, key)).toBe(false);
      }),
    );
  });

  test('is on for exactly the buckets under its percentage', () => {
    const at = bucketOf('ff', 'alice');

    expect(isOn('ff', at / 1_000, 'alice')).toBe(false);
    expect(isOn('ff', (at + 1) / 1_000, 'alice')).toBe(true);
  });
});

describe('a percentage', () => {
  test('can be every thousandth, each of which is a bucket more', () => {
    for (let buckets = 0; buckets <= BUCKETS; buckets++) {
      if (!isFlagPercent(buckets / 1_000) || bucketsAt(buckets / 1_000) !== buckets) {
        expect(buckets / 1_000).toBe('a percentage');
      }
    }
    expect(bucketsAt(0.001)).toBe(1);
  });

  test.each([-1, -0.001, 100.001, 0.0005, 33.3333, Number.NaN, Infinity])(
    'is not %d',
    (percentage) => {
      expect(isFlagPercent(percentage)).toBe(false);
    },
  );
});
