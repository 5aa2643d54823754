import { describe, expect, test } from 'vitest';
import type { MetricRule } from '../../../src/domain/model/plan/analysis-spec.js';
import type { MetricAnswer } from '../../../src/domain/ports/metric-source.js';
import { analysis, counts, judged, latency, rate, threshold, values } from './analysis-fixtures.js';
import { type Reply, absolute, round, source } from './metric-reply.js';

describe('what is no plain number', () => {
  const [inf, minus] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const read = async (rule: MetricRule, replies: Readonly<Record<string, Reply>>) =>
    (await round(rule, source(replies).port)).canary;
  const alone = { against: absolute };

  test('is the worst of several series where it is infinite, and is kept for JSON', async () => {
    const q = [3, inf, minus];
    expect(await read(threshold(), { q })).toEqual(values('+Inf'));
    expect(await read(threshold({ direction: 'higher' }), { q })).toEqual(values('-Inf'));
    expect(await read(latency(alone), { q })).toEqual(values(3, '+Inf', '-Inf'));
  });

  test.each([
    ['lower', [inf, 2], [100], counts('+Inf', 100)],
    ['lower', [inf, minus], [100], counts('+Inf', 100)],
    ['higher', [inf, minus], [100], counts('-Inf', 100)],
    // Better than any limit: as good as a count can be.
    ['lower', [minus], [100], counts(0, 100)],
    ['higher', [inf], [100], counts(100, 100)],
    ['lower', [5], [inf], counts(5, '+Inf')],
    ['lower', [minus], [inf], counts(0, '+Inf')],
    ['lower', [5], [minus], counts(5, 0)],
  ] as const)('of a rate where %s is better: %j of %j', async (direction, bad, all, wanted) => {
    expect(await read(rate({ ...alone, direction }), { bad, all })).toEqual(wanted);
  });

  test.each([
    ['lower', [inf], [inf]],
    ['higher', [inf], [inf]],
    ['lower', [1], [inf, minus]],
  ] as const)('is no rate where %s is better: %j of %j', async (direction, bad, all) => {
    expect(await read(rate({ ...alone, direction }), { bad, all })).toEqual({
      kind: 'no_data',
      message: 'an infinite part of an infinite total is no rate',
    });
  });

  test('is named where it is NaN beside other series', async () => {
    const answer = (notNumberSeries: readonly string[]) => ({
      ...{ values: [1], notNumbers: notNumberSeries.length, series: 9, notNumberSeries },
    });
    expect(await read(threshold(), { q: answer(['{pod="b"}']) })).toEqual({
      ...{ kind: 'values', values: [1], notes: ['1 value is NaN and does not count: {pod="b"}'] },
    });
    expect(
      await read(threshold(), { q: answer(['a', 'b', 'c', 'd', 'e', 'f', 'g']) }),
    ).toMatchObject({ notes: ['7 values are NaN and do not count: a, b, c, d, e, 2 more series'] });
    const unnamed = { values: [1], notNumbers: 1, series: 2 };
    expect(await read(threshold(), { q: unnamed })).toMatchObject({
      notes: ['1 value is NaN and does not count'],
    });
  });
});

describe('an answer that its source warns of', () => {
  const warned: MetricAnswer = {
    ...{ values: [3], notNumbers: 0, series: 1, infos: ['not a counter'] },
    warnings: ['a store is away', 'x'.repeat(400)],
  };
  const notes = [
    'the source warned: a store is away',
    `the source warned: ${'x'.repeat(300)}…`,
    'the source remarked: not a counter',
  ];
  const read = async (rule: MetricRule, q: Reply) =>
    (await round(rule, source({ q, bad: q, all: [10] }).port)).canary;

  test.each([
    threshold({ onWarnings: 'noData' }),
    rate({ onWarnings: 'noData', against: absolute }),
  ])('is no data under noData, and says why: $kind', async (rule) => {
    expect(await read(rule, warned)).toEqual({
      kind: 'no_data',
      message: 'the source warned of its answer: a store is away (and 1 more)',
      notes,
    });
    expect(await read(rule, { ...warned, warnings: ['one'] })).toMatchObject({
      message: 'the source warned of its answer: one',
    });
  });

  test('is data under ignore, with what it warns of', async () => {
    expect(await read(threshold({ onWarnings: 'ignore' }), warned)).toEqual({
      ...{ kind: 'values', values: [3], notes },
    });
    expect(await read(rate({ against: absolute }), warned)).toEqual({ ...counts(3, 10), notes });
  });

  test('counts where the source only remarks on it', async () => {
    const { warnings: _, ...remarked } = warned;
    expect(await read(threshold({ onWarnings: 'noData' }), remarked)).toEqual({
      ...{ kind: 'values', values: [3], notes: ['the source remarked: not a counter'] },
    });
  });

  test('is told where the metric is judged, each remark once, and no more than a few', () => {
    const spec = analysis([threshold()]);
    const noted = (...said: readonly string[]) => ({ ...values(1), notes: said });
    const rounds = [{ cpu: [noted('a', 'b')] }, { cpu: [noted('a', 'c', 'd', 'e', 'f')] }] as const;
    expect(judged(spec, rounds, true).reason).toMatch(/of 2 rounds; a; b; c; d; e$/);
    const both = analysis([rate()]);
    const sides = { errors: [counts(1, 100), { ...counts(1, 100), notes: ['old'] }] } as const;
    expect(judged(both, [sides], true).reason).toMatch(/ allowed; old$/);
  });
});
