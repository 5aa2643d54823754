import { describe, expect, test } from 'vitest';
import {
  beginAnalysis,
  gathered,
  nextMeasurementAt,
  withMeasurement,
  type AnalysisProgress,
} from '../../../src/domain/model/deployment/analysis-progress.js';
import { judgeAnalysis } from '../../../src/domain/analysis/judge-analysis.js';
import { measure } from '../../../src/domain/analysis/measure.js';
import { ok } from '../../../src/domain/model/result.js';
import type { AnalysisSubject } from '../../../src/domain/analysis/analysis-subject.js';
import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';
import {
  after,
  analysis,
  counts,
  failed,
  latency,
  margin,
  noData,
  rate,
  subject,
  threshold,
  values,
  type Round,
} from './analysis-fixtures.js';
import { signal } from './metric-reply.js';

const times = (many: number, round: Round): readonly Round[] =>
  Array.from({ length: many }, () => round);

/** Judged at the end, after these rounds in the background. */
const judged = (spec: AnalysisSpec, rounds: readonly Round[], final = true) =>
  judgeAnalysis(spec, after(spec, rounds, 'background'), { at: 1, final });

describe('an analysis that measures on behind its rounds', () => {
  const good = { errors: [counts(1, 1_000), counts(1, 1_000)] } as const;
  const bad = { errors: [counts(50, 1_000), counts(1, 1_000)] } as const;
  const errors = analysis([rate()]);

  test('has always a next round, and no verdict for it before the end', () => {
    const progress = after(errors, times(40, good), 'background');

    expect(nextMeasurementAt(errors, progress)).toBe(410_000);
    const running = judgeAnalysis(errors, progress, { at: 1, final: false });
    expect(running.verdict).toBe('running');
    expect(running.reason).toMatch(/^round 40, of at least 4: errors /);
    expect(judged(errors, times(40, good)).verdict).toBe('healthy');
    expect(judged({ ...errors, stopWhenShown: true }, times(40, good), false).verdict).toBe(
      'running',
    );
  });

  test('sees a rate that gets bad after hours that were good', () => {
    const hours = [...times(400, good), ...times(4, bad)];

    expect(judged(errors, hours, false).verdict).toBe('unhealthy');
    const [errorsReport] = judged(errors, hours).metrics;
    // The newest rounds: the four before, and the four since.
    expect(errorsReport).toMatchObject({ verdict: 'unhealthy', n: { canary: 8_000 } });
  });

  test('sees latencies that get bad after hours that were good', () => {
    const samples = (factor: number): Round => ({
      p95: [
        values(...Array.from({ length: 12 }, (_, at) => factor * (100 + at))),
        values(...Array.from({ length: 12 }, (_, at) => 100.5 + at)),
      ],
    });
    const spec = analysis([latency()]);

    expect(judged(spec, times(200, samples(1))).verdict).toBe('healthy');
    const late = judged(spec, [...times(200, samples(1)), ...times(4, samples(2))], false);
    expect(late.verdict).toBe('unhealthy');
  });

  test('is judged on at least its rounds, whenever the end comes', () => {
    for (let rounds = 4; rounds < 20; rounds++) {
      const [report] = judged(errors, times(rounds, good)).metrics;
      const trials = Number(report?.n.canary);
      expect(trials).toBeGreaterThanOrEqual(4_000);
      expect(trials).toBeLessThanOrEqual(8_000);
      expect(report?.n.baseline).toBe(trials);
    }
    expect(judged(errors, times(3, good)).verdict).toBe('inconclusive');
  });

  test('has no data where there was none for long, whatever there was before', () => {
    const nothing = { errors: [noData, noData] } as const;
    const report = judged(errors, [...times(8, good), ...times(8, nothing)]);

    expect(report).toMatchObject({ verdict: 'inconclusive', metrics: [{ basis: 'no_data' }] });
    const down = judged(errors, [...times(8, good), ...times(8, { errors: [failed, failed] })]);
    expect(down).toMatchObject({ metrics: [{ basis: 'source_down' }] });
  });

  test('keeps a baseline that lies in the past, and counts it once', () => {
    const spec = analysis([
      rate({ against: { ...margin('absolute', 0.01), baseline: 'previous' } }),
    ]);
    const first = { errors: [counts(1, 1_000), counts(7, 9_000)] } as const;
    const rest = times(30, { errors: [counts(1, 1_000)] });
    const [metric] = judged(spec, [first, ...rest]).metrics;

    expect(metric).toMatchObject({ verdict: 'healthy', n: { baseline: 9_000 } });
  });

  test('does not ask for what has nothing to be compared with any more, and keeps what it had', async () => {
    const spec = analysis([threshold({ against: margin('absolute', 1) })]);
    const alone = { ...subject, baseline: [] };
    const source = () => ({
      kind: 'x',
      query: async () => ok({ values: [1], notNumbers: 0, series: 1 }),
    });
    const take = async (progress: AnalysisProgress, of: AnalysisSubject) =>
      measure(spec, progress, source, of, 1, signal);
    const begun = beginAnalysis(spec, 0, 'background');
    const beside = withMeasurement(begun, await take(begun, subject));
    const nothing = await take(beside, alone);

    expect(nothing.metrics).toEqual([]);
    expect((await take(begun, alone)).metrics).toMatchObject([{ baseline: { kind: 'no_data' } }]);
    const [kept] = withMeasurement(beside, nothing).metrics;
    expect(kept && gathered(kept)).toMatchObject({ baseline: { values: [1] } });
  });

  test('is not asked beside users without a flag that everybody has, and keeps what it had', async () => {
    const rule = rate({ baselineQuery: 'bad off', baselineTotal: 'all off' });
    const spec = analysis([rule]);
    const take = async (
      progress: AnalysisProgress,
      everybody: boolean,
      off: number | null,
      on: number | null = 9,
    ) =>
      measure(
        spec,
        progress,
        () => ({
          kind: 'x',
          query: async ({ query }) => {
            const count = query.endsWith('off') ? off : on;
            const found = count === null ? [] : [query.startsWith('all') ? count : 0];
            return ok({ values: found, notNumbers: 0, series: found.length });
          },
        }),
        { ...subject, everybody },
        1,
        signal,
      );
    const begun = beginAnalysis(spec, 0, 'background');
    const beside = withMeasurement(begun, await take(begun, false, 100));
    const names = async (...given: Parameters<typeof take>) =>
      (await take(...given)).metrics.map(({ name }) => name);

    expect(await names(beside, true, null)).toEqual([]);
    expect(await names(beside, true, 0)).toEqual([]);
    // As long as there is somebody, or it is not known why there is nobody, it is asked.
    expect(await names(beside, true, 5)).toEqual(['errors']);
    expect(await names(beside, false, null)).toEqual(['errors']);
    expect(await names(begun, true, null)).toEqual(['errors']);
    expect(await names(beside, true, null, null)).toEqual(['errors']);
  });
});
