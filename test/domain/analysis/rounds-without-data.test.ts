import { describe, expect, test } from 'vitest';
import { judgeAnalysis } from '../../../src/domain/analysis/judge-analysis.js';
import type { AnalysisProgress } from '../../../src/domain/model/deployment/analysis-progress.js';
import {
  after,
  analysis,
  counts,
  failed,
  judged,
  latency,
  noData,
  rate,
  threshold,
  values,
  type Round,
} from './analysis-fixtures.js';

const limit = (most: number) => ({ kind: 'limit', limit: most }) as const;
const samples = values(...Array.from({ length: 20 }, (_, at) => 1 + at / 100));
const KINDS = [
  [threshold(), values(1), values(90)],
  [rate({ against: limit(0.1) }), counts(0, 1_000), counts(900, 1_000)],
  [latency({ against: limit(2) }), samples, values(...Array.from({ length: 20 }, () => 9))],
] as const;
const POLICIES = [
  ['fail', 'unhealthy'],
  ['inconclusive', 'inconclusive'],
  ['wait', 'inconclusive'],
  ['pass', 'healthy'],
] as const;

describe.each(KINDS)('rounds without data of a $kind', (rule, good, bad) => {
  const of = (...readings: readonly Parameters<typeof has>[0][]): readonly Round[] =>
    readings.map(has);
  const has = (reading: typeof noData): Round => ({ [rule.name]: [reading] });

  test('are none of those that were asked for: it is not healthy on the others', () => {
    const spec = analysis([rule]);

    expect(judged(spec, of(good, good, good, good), true).verdict).toBe('healthy');
    for (const rounds of [
      of(good, noData, noData, noData),
      of(noData, good, good, good),
      of(good, noData, good, good),
      of(good, good, good, noData),
    ]) {
      const report = judged(spec, rounds, true);
      expect(report).toMatchObject({ verdict: 'inconclusive', basis: 'too_little_data' });
      expect(report.reason).toMatch(
        /^too little data: data in [13] of 4 rounds; .+, up to the last/,
      );
    }
  });

  test.each(POLICIES)('mean what `tooLittleData` says: %s is %s', (tooLittleData, verdict) => {
    const spec = analysis([{ ...rule, tooLittleData }]);

    expect(judged(spec, of(good, good, noData, good), true).verdict).toBe(verdict);
  });

  test('are all right where having no data is, and the report says so', () => {
    const spec = analysis([{ ...rule, noData: 'pass' }]);
    const report = judged(spec, of(good, good, noData, good), true);

    expect(report.verdict).toBe('healthy');
    expect(report.reason).toMatch(
      /^too little data: data in 3 of 4 rounds; .+; passed by policy, not by/,
    );
  });

  test('hide nothing that is bad in the others', () => {
    const spec = analysis([{ ...rule, noData: 'pass' }], { sequential: false });

    expect(judged(spec, of(bad, noData, bad, bad), true).verdict).toBe('unhealthy');
  });

  test('are no hurry: more rounds are measured until the last one', () => {
    expect(judged(analysis([rule]), of(good, noData, good)).verdict).toBe('running');
  });

  test('that got no answer count with the next one, which looks back over both', () => {
    const spec = analysis([rule]);

    expect(judged(spec, of(good, failed, failed, good), true).verdict).toBe('healthy');
    const [late, last] = [of(good, good, failed, failed), of(good, good, good, failed)];
    expect(judged(spec, late, true)).toMatchObject({
      ...{ verdict: 'inconclusive', basis: 'source_down' },
      reason: expect.stringMatching(
        /^no answer from the source in the last 2: connection refused; data in 2 of 4 rounds; /,
      ),
    });
    expect(judged(spec, last, true).reason).toMatch(/^no answer from the source in the last one: /);
    const passing = analysis([{ ...rule, sourceDown: 'pass' }]);
    expect(judged(passing, last, true).verdict).toBe('healthy');
  });

  test('count among the newest rounds, in the background', () => {
    const spec = analysis([rule]);
    const end = (rounds: readonly Round[]) =>
      judgeAnalysis(spec, after(spec, rounds, 'background'), { at: 1, final: true }).verdict;
    const long = of(...Array.from({ length: 12 }, () => good));

    expect(end([...long, ...of(good, good)])).toBe('healthy');
    expect(end([...of(noData, noData), ...long])).toBe('healthy');
    expect(end([...long, ...of(noData, good, noData, noData, good)])).toBe('inconclusive');
  });

  test('are not known of what an older version measured: that counts as it did there', () => {
    const spec = analysis([rule]);
    const forget = (progress: AnalysisProgress): AnalysisProgress => ({
      ...progress,
      metrics: progress.metrics.map(({ canary, ...metric }) => {
        const { rounds: _, ...older } = canary ?? { values: [], seen: 0, events: 0, trials: 0 };
        return { ...metric, canary: older };
      }),
    });
    const gaps = of(good, noData, good, good, good, noData);

    for (const mode of ['inline', 'background'] as const) {
      const rounds = mode === 'inline' ? gaps.slice(0, 4) : gaps;
      const progress = forget(after(spec, rounds, mode));
      expect(judgeAnalysis(spec, progress, { at: 1, final: true }).verdict).toBe('healthy');
    }
  });
});
