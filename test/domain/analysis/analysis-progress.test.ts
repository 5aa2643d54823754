import { describe, expect, test } from 'vitest';
import {
  beginAnalysis,
  nextMeasurementAt,
  SAMPLES_KEPT,
  withMeasurement,
} from '../../../src/domain/model/deployment/analysis-progress.js';
import {
  after,
  analysis,
  counts,
  failed,
  latency,
  noData,
  rate,
  values,
} from './analysis-fixtures.js';

const spec = analysis([rate()], { initialDelay: 5_000 });

describe('the progress of an analysis', () => {
  test('begins with nothing, and measures one interval after the warm-up', () => {
    const begun = beginAnalysis(spec, 1_000);

    expect(begun).toEqual({
      startedAt: 1_000,
      rounds: 0,
      lastRoundAt: null,
      metrics: [
        {
          name: 'errors',
          canary: null,
          baseline: null,
          measuredUntil: 6_000,
          consecutiveErrors: 0,
          lastProblem: null,
        },
      ],
    });
    expect(nextMeasurementAt(spec, begun)).toBe(16_000);
  });

  test('keeps its distance after a late round, and has no next after the last', () => {
    const once = withMeasurement(beginAnalysis(spec, 0), { at: 99_000, round: 1, metrics: [] });

    expect(nextMeasurementAt(spec, once)).toBe(109_000);
    expect(nextMeasurementAt({ ...spec, count: 1 }, once)).toBeNull();
  });

  test('adds up what the rounds find, as the source gave it', () => {
    const round = { errors: [counts(0.4, 10.5), counts(1, 20)] } as const;
    const [metric] = after(spec, [round, round, round]).metrics;

    expect(metric?.canary).toEqual({
      values: [],
      seen: 0,
      events: expect.closeTo(1.2),
      trials: 31.5,
      rounds: 3,
    });
    expect(metric?.baseline).toMatchObject({ events: 3, trials: 60 });
    expect(metric?.measuredUntil).toBe(30_000);
  });

  test('counts a redelivered round once, and none that skips one', () => {
    const measurement = {
      at: 1,
      round: 1,
      metrics: [{ name: 'errors', canary: counts(1, 9), baseline: null }],
    };
    const once = withMeasurement(beginAnalysis(spec, 0), measurement);

    expect(withMeasurement(once, measurement)).toBe(once);
    expect(withMeasurement(once, { ...measurement, round: 3 })).toBe(once);
  });

  test('counts a round for both sides or for neither', () => {
    const [metric] = after(spec, [
      { errors: [counts(1, 10), counts(1, 10)] },
      { errors: [counts(5, 50), noData] },
      { errors: [noData, counts(5, 50)] },
      { errors: [counts(5, 50), failed] },
    ]).metrics;

    expect(metric?.canary).toMatchObject({ events: 1, trials: 10 });
    expect(metric?.baseline).toMatchObject({ events: 1, trials: 10 });
    expect(metric?.lastProblem).toEqual({ ...failed, side: 'baseline' });
  });

  test('says which side had nothing', () => {
    const problem = (...round: readonly [typeof noData, typeof noData]) =>
      after(spec, [{ errors: round }]).metrics[0]?.lastProblem?.side;

    expect(problem(noData, counts(1, 2))).toBe('canary');
    expect(problem(counts(1, 2), noData)).toBe('baseline');
  });

  test('looks back over the time in which the source was down, and forgets its errors once it answers', () => {
    const down = { errors: [failed, counts(1, 1)] } as const;
    const outage = after(spec, [{ errors: [counts(1, 1), counts(1, 1)] }, down, down]);
    expect(outage.metrics[0]).toMatchObject({ consecutiveErrors: 2, measuredUntil: 10_000 });

    const back = withMeasurement(outage, {
      at: 40_000,
      round: 4,
      metrics: [{ name: 'errors', canary: counts(1, 1), baseline: counts(1, 1) }],
    });
    expect(back.metrics[0]).toMatchObject({
      consecutiveErrors: 0,
      measuredUntil: 40_000,
      lastProblem: null,
    });
  });

  test('keeps the newest samples to six digits, and how many there were', () => {
    const many = Array.from({ length: SAMPLES_KEPT }, (_, at) => at);
    const of = analysis([latency()]);
    const [metric] = after(of, [
      { p95: [values(...many), values(1 / 3)] },
      { p95: [values(-1, -2), values(2)] },
    ]).metrics;

    expect(metric?.canary).toMatchObject({ seen: SAMPLES_KEPT + 2 });
    const kept = metric?.canary?.values ?? [];
    expect([kept.length, kept[0], ...kept.slice(-2)]).toEqual([SAMPLES_KEPT, 2, -1, -2]);
    expect(metric?.baseline).toMatchObject({ values: [0.333333, 2], seen: 2 });
  });

  test('keeps a previous baseline that was taken once', () => {
    const [metric] = after(spec, [
      { errors: [counts(1, 10), counts(3, 900)] },
      { errors: [counts(1, 10)] },
    ]).metrics;

    expect(metric?.baseline).toMatchObject({ events: 3, trials: 900 });
  });

  test('survives being written down and read back', () => {
    const progress = after(spec, [{ errors: [counts(1, 10), counts(3, 900)] }]);
    expect(JSON.parse(JSON.stringify(progress))).toEqual(progress);
  });
});
