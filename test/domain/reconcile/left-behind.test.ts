import { expect, test } from 'vitest';
import { leftBehind } from '../../../src/domain/reconcile/left-behind.js';
import { UNTOUCHED } from '../../../src/domain/model/target-status.js';

test('what a target left whose driver was never recorded is kept without one', () => {
  const what = { address: '10.0.0.1:80', version: null };

  expect(leftBehind(UNTOUCHED, what)).toEqual({ stays: [{ ...what, driver: '' }] });
});
