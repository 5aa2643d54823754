import { describe, expect, test } from 'vitest';
import { didYouMean, nearMiss } from '../../../src/contracts/problems/near-miss.js';

const FIELDS = ['driver', 'targets', 'strategy', 'checks', 'policy', 'onFailure', 'of', 'per'];

describe('a near miss', () => {
  test.each([
    ['a letter too few', 'polcy', 'policy'],
    ['a letter too many', 'drivver', 'driver'],
    ['another letter', 'strategi', 'strategy'],
    ['two letters swapped', 'startegy', 'strategy'],
    ['two letters swapped at the start', 'rdiver', 'driver'],
    ['other capitals', 'Policy', 'policy'],
    ['dashes', 'on-failure', 'onFailure'],
    ['underscores', 'on_failure', 'onFailure'],
    ['the singular', 'target', 'targets'],
  ])('of %s is the word that was meant', (_, word, meant) => {
    expect(nearMiss(word, FIELDS)).toBe(meant);
  });

  test.each(['', 'nonsense', 'xy', 'a'.repeat(65), 'policy'])('is none for %j', (word) => {
    expect(nearMiss(word, FIELDS)).toBeNull();
  });

  test('is the nearest of several, and the first of those that are as near', () => {
    expect(nearMiss('wait', ['waits', 'want', 'bait'])).toBe('waits');
    expect(nearMiss('mostx', ['most', 'moistx'])).toBe('most');
    expect(nearMiss('strategies', ['strategic', 'strategie'])).toBe('strategie');
  });

  test('is said in brackets', () => {
    expect(didYouMean('polcy', FIELDS)).toBe(' (did you mean `policy`?)');
    expect(didYouMean('nonsense', FIELDS)).toBe('');
  });
});
