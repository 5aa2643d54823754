import { describe, expect, test } from 'vitest';
import { drawBinomial, drawNormal, seeded } from '../../../src/adapters/simulation/seeded.js';

const many = (count: number, draw: (n: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, n) => draw(n));
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('numbers drawn by a seed', () => {
  test('are the same for the same words, and others for others', () => {
    const first = seeded(1, 'p99', 'canary');
    const same = seeded(1, 'p99', 'canary');
    expect(many(5, first)).toEqual(many(5, same));
    expect(seeded(1, 'ab', 'c')()).not.toBe(seeded(1, 'a', 'bc')());
  });

  test('lie evenly between 0 and 1', () => {
    const drawn = many(10_000, seeded('even'));
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    // Four standard errors of a uniform mean: 4 · √(1/12 / 10,000).
    expect(Math.abs(mean(drawn) - 0.5)).toBeLessThan(0.0116);
  });

  test('have the mean and the deviation of a normal distribution asked for', () => {
    const draw = seeded('normal');
    const drawn = many(10_000, () => drawNormal(draw, 200, 20));
    const middle = mean(drawn);
    const spread = Math.sqrt(mean(drawn.map((value) => (value - middle) ** 2)));
    expect(Math.abs(middle - 200)).toBeLessThan(0.8);
    expect(Math.abs(spread - 20)).toBeLessThan(0.6);
  });

  test.each([1_000, 50_000])('count about as many of %d trials as their rate says', (trials) => {
    const events = drawBinomial(seeded('trials'), trials, 0.1);
    expect(Number.isInteger(events)).toBe(true);
    expect(Math.abs(events - trials / 10)).toBeLessThan(4 * Math.sqrt(trials * 0.09));
  });
});
