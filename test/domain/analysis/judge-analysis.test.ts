import { describe, expect, test } from 'vitest';
import type { AnalysisSpec, MetricRule } from '../../../src/domain/model/plan/analysis-spec.js';
import { beginAnalysis } from '../../../src/domain/model/deployment/analysis-progress.js';
import { judgeAnalysis } from '../../../src/domain/analysis/judge-analysis.js';
import {
  after,
  analysis,
  counts,
  failed,
  noData,
  rate,
  threshold,
  values,
  type Round,
} from './analysis-fixtures.js';

const good = values(10);
const bad = values(99);
const rule = (name: string, changes: Partial<MetricRule> = {}): MetricRule =>
  ({ ...threshold(), name, ...changes }) as MetricRule;
const judge = (spec: AnalysisSpec, rounds: readonly Round[], final = false) =>
  judgeAnalysis(spec, after(spec, rounds), { at: 7, final });

/** As many rounds as are asked for, all alike. */
const fourOf = (round: Round): readonly Round[] => Array.from({ length: 4 }, () => round);

/** a, b, c and d, of which a is critical. */
const four = analysis([rule('a', { critical: true }), rule('b'), rule('c'), rule('d')]);

describe('the judgement over all metrics', () => {
  test('runs while rounds are to come, and is healthy when all metrics are', () => {
    const round = { a: [good], b: [good], c: [good], d: [good] } as const;
    const running = judge(four, [round]);
    expect(running).toMatchObject({
      name: 'health',
      at: 7,
      round: 1,
      rounds: 4,
      verdict: 'running',
    });
    expect(running.reason).toMatch(/^round 1 of 4: a as allowed: 10 at last.*; and 1 more$/);

    const done = judge(four, fourOf(round), true);
    expect(done).toMatchObject({ verdict: 'healthy', score: 100 });
    expect(done.metrics.map(({ verdict }) => verdict)).toEqual(Array(4).fill('healthy'));
  });

  test('is never healthy on fewer rounds than were asked for', () => {
    const round = { a: [good], b: [good], c: [good], d: [good] } as const;
    const early = judge(four, [round], true);
    expect(early.verdict).toBe('inconclusive');
    expect(early.reason).toMatch(/^only 1 of 4 rounds were measured: a as allowed: 10 at last/);

    const anything = { ...four, passScore: 0, marginalScore: 0, stopWhenShown: true };
    const unclear = rule('b', { noData: 'inconclusive' });
    const spec: AnalysisSpec = { ...anything, metrics: [unclear] };
    expect(judge(spec, [{ b: [noData] }]).verdict).toBe('running');
  });

  test('ends before its rounds where every metric is shown to keep its limit, if it is told to', () => {
    const limit = { kind: 'limit', limit: 0.1 } as const;
    const spec = analysis([rate({ against: limit })], { stopWhenShown: true });
    const round = { errors: [counts(1, 1_000)] } as const;
    expect(judge(spec, [round])).toMatchObject({ verdict: 'healthy', round: 1, rounds: 4 });
    expect(judge({ ...spec, stopWhenShown: false }, [round]).verdict).toBe('running');
  });

  test('is the last after the last round, whether the caller says so or not', () => {
    const round = { a: [good], b: [good], c: [good], d: [good] } as const;
    expect(judge(four, [round, round, round, round]).verdict).toBe('healthy');
  });

  test('fails at once for a critical metric', () => {
    const report = judge(four, [{ a: [bad], b: [good], c: [good], d: [good] }]);
    expect(report.verdict).toBe('unhealthy');
    expect(report.reason).toBe(
      'a worse than allowed: 99 at last, at most 80 allowed; over it in 1 of 1 rounds',
    );
  });

  test('fails at once when enough of the weight is bad, however the rest will end', () => {
    expect(judge(four, [{ a: [good], b: [bad], c: [good], d: [good] }]).verdict).toBe('running');
    const report = judge(four, [{ a: [good], b: [bad], c: [bad], d: [good] }]);
    expect(report).toMatchObject({ verdict: 'unhealthy', score: 0 });
    expect(report.reason).toMatch(
      /^at most 50 % of the weight can be healthy, 75 % wanted: b worse/,
    );
  });

  test('is inconclusive between the marks', () => {
    const report = judge(four, [{ a: [good], b: [bad], c: [good], d: [good] }], true);
    expect(report).toMatchObject({ verdict: 'inconclusive', score: 75 });
    expect(report.reason).toMatch(/^75 % of the weight is healthy, 95 % wanted: b worse/);
  });

  test('cannot tell what a critical metric does not', () => {
    const lenient = { ...four, passScore: 75 };
    const report = judge(lenient, fourOf({ a: [noData], b: [good], c: [good], d: [good] }), true);
    expect(report.verdict).toBe('inconclusive');
    expect(report.reason).toBe('a no data: the query matched no series, up to the last round');
    const minor = judge(lenient, fourOf({ a: [good], b: [noData], c: [good], d: [good] }), true);
    expect(minor).toMatchObject({ verdict: 'healthy', score: 75 });
    expect(minor.reason).toContain('b no data');
  });

  test('ends before its time when no metric can tell any more, and waits for those that can', () => {
    const down = { a: [failed], b: [failed], c: [failed], d: [failed] } as const;
    expect(judge({ ...four, count: 9 }, [down, down]).verdict).toBe('running');
    expect(judge({ ...four, count: 9 }, [down, down, down]).verdict).toBe('inconclusive');
    const partly = { ...down, d: [good] } as const;
    expect(judge({ ...four, count: 9 }, [partly, partly, partly]).verdict).toBe('running');
  });

  test('weighs metrics, and only watches those of no weight', () => {
    const weighed = analysis([
      rule('a', { weight: 9 }),
      rule('b', { weight: 1 }),
      rule('c', { weight: 0 }),
    ]);
    const report = judge(weighed, [{ a: [good], b: [bad], c: [bad] }], true);
    expect(report).toMatchObject({ verdict: 'inconclusive', score: 90 });
    const all = fourOf({ a: [good], b: [good], c: [bad] });
    const watched = judge(weighed, all, true);
    expect(watched).toMatchObject({ verdict: 'healthy', score: 100 });
  });

  test('of a progress that knows none of its metrics is never healthy', () => {
    const empty = { ...beginAnalysis(four, 0), metrics: [] };
    const report = judgeAnalysis(four, empty, { at: 1, final: true });
    expect(report).toMatchObject({ verdict: 'inconclusive', score: 0 });
  });

  test('is plain data', () => {
    const report = judge(four, [{ a: [bad], b: [noData], c: [failed], d: [good] }]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});
