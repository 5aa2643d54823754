import { describe, expect, test } from 'vitest';
import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';
import { analysis, counts, judged, margin, rate, type Round } from './analysis-fixtures.js';

/** At the last look, where nothing else is said. */
const judge = (spec: AnalysisSpec, rounds: readonly Round[], final = true) =>
  judged(spec, rounds, final);
const fixed = { sequential: false } as const;

describe('a rate', () => {
  test('beside the old version’s is worse by Fisher’s test and an interval above the allowance', () => {
    const spec = analysis([rate()], fixed);
    const bad = judge(spec, [{ errors: [counts(50, 1_000), counts(10, 1_000)] }]);

    expect(bad).toMatchObject({
      verdict: 'unhealthy',
      basis: 'measured',
      n: { canary: 1_000, baseline: 1_000 },
      estimate: expect.closeTo(0.04),
      confidence: expect.closeTo(0.95),
      effect: { measure: 'relative_risk', value: 5 },
      test: 'fisher',
    });
    expect(bad.interval?.[0]).toBeGreaterThan(0.01);
    expect(bad.pValue).toBeLessThan(1e-6);
    expect(bad.reason).toMatch(
      /^worse than allowed: 5 % of 1000 beside the old version's 1 % of 1000, 4 points more \(95 % interval 2\.\d+ points to 5\.\d+ points, p < 0\.0001\), at most 1 point more allowed$/,
    );
  });

  test('that differs for certain, but within the allowance, is healthy', () => {
    const spec = analysis([rate({ against: margin('absolute', 0.02) })], fixed);
    const slight = judge(spec, [{ errors: [counts(600, 50_000), counts(450, 50_000)] }]);

    expect(slight.pValue).toBeLessThan(0.0001);
    expect(slight).toMatchObject({ verdict: 'healthy' });
    expect(slight.reason).toMatch(/^shown to be within it/);
  });

  test('that improves is never a regression', () => {
    const better = { errors: [counts(10, 1_000), counts(90, 1_000)] } as const;
    expect(judge(analysis([rate()], fixed), [better]).verdict).toBe('healthy');
    expect(judge(analysis([rate()]), [better], false).verdict).toBe('running');
    const rises = analysis([rate({ direction: 'higher' })], fixed);
    expect(judge(rises, [{ errors: [counts(990, 1_000), counts(900, 1_000)] }])).toMatchObject({
      verdict: 'healthy',
      estimate: expect.closeTo(0.09),
    });
  });

  test('of good events is worse when they are fewer, by a margin in points or percent', () => {
    const fewer = { errors: [counts(900, 1_000), counts(990, 1_000)] } as const;
    for (const against of [margin('absolute', 0.01), margin('relative', 0.05)]) {
      for (const sequential of [true, false]) {
        const spec = analysis([rate({ direction: 'higher', against })], { sequential });
        const found = judge(spec, [fewer]);
        expect(found).toMatchObject({ verdict: 'unhealthy', estimate: expect.closeTo(-0.09) });
        expect(found.interval?.[1]).toBeLessThan(0);
        expect(found.reason).toContain('less allowed');
      }
    }
    const wide = analysis(
      [rate({ direction: 'higher', against: margin('relative', 0.15) })],
      fixed,
    );
    expect(judge(wide, [fewer]).verdict).toBe('healthy');
  });

  test('may be so much more than the old version’s, as a share of it', () => {
    const spec = analysis([rate({ against: margin('relative', 1) })], fixed);
    expect(judge(spec, [{ errors: [counts(110, 10_000), counts(100, 10_000)] }]).verdict).toBe(
      'healthy',
    );
    expect(judge(spec, [{ errors: [counts(300, 10_000), counts(100, 10_000)] }])).toMatchObject({
      verdict: 'unhealthy',
      effect: { value: 3 },
    });
    const none = judge(spec, [{ errors: [counts(300, 10_000), counts(0, 10_000)] }]);
    expect(none).toMatchObject({ verdict: 'unhealthy', effect: null });
  });

  test.each([
    [30, 'unhealthy', 'worse than allowed: 3 % of 1000'],
    [12, 'healthy', 'not shown to be worse: 1.2 % of 1000'],
    [1, 'healthy', 'shown to be within it: 0.1 % of 1000'],
  ] as const)('with a limit of 1 %%: %d of 1,000 are %s', (events, verdict, words) => {
    const rule = rate({ against: { kind: 'limit', limit: 0.01 } });
    for (const sequential of [true, false]) {
      const found = judge(analysis([rule], { sequential }), [{ errors: [counts(events, 1_000)] }]);
      expect(found).toMatchObject({ verdict, test: 'exact_binomial', n: { baseline: null } });
      expect(found.reason).toContain(words);
      expect(found.reason).toContain('at most 1 % allowed');
    }
  });

  test('with a limit from below counts the good ones', () => {
    const rule = rate({ direction: 'higher', against: { kind: 'limit', limit: 0.99 } });
    const found = judge(analysis([rule], fixed), [{ errors: [counts(950, 1_000)] }]);
    expect(found).toMatchObject({ verdict: 'unhealthy', estimate: 0.95 });
    expect(found.reason).toContain('at least 99 % allowed');
  });

  test('rounds what a source extrapolates once, and takes no more events than trials', () => {
    const rule = rate({ against: { kind: 'limit', limit: 0.5 } });
    const rounds = [{ errors: [counts(40.3, 40.3)] }, { errors: [counts(41.3, 40.3)] }] as const;
    expect(judge(analysis([rule], fixed), rounds)).toMatchObject({
      estimate: 1,
      n: { canary: 81 },
    });
  });

  test('judged once decides nothing before the last round; after every round it stops at once', () => {
    const bad = { errors: [counts(500, 1_000), counts(10, 1_000)] } as const;
    const once = judge(analysis([rate()], fixed), [bad], false);
    expect(once.verdict).toBe('running');
    expect(once.reason).toMatch(/^worse than allowed/);

    expect(judge(analysis([rate()]), [bad], false)).toMatchObject({
      verdict: 'unhealthy',
      test: 'sequential_two_binomials',
    });
    const limited = rate({ against: { kind: 'limit', limit: 0.01 } });
    expect(judge(analysis([limited]), [{ errors: [counts(90, 1_000)] }], false)).toMatchObject({
      verdict: 'unhealthy',
      test: 'sequential_binomial',
    });
  });

  test('shown to be within its limit may end the waiting, where that is asked for', () => {
    const good = { errors: [counts(0, 5_000), counts(1, 5_000)] } as const;
    expect(judge(analysis([rate()]), [good], false).verdict).toBe('running');
    expect(judge(analysis([rate()], { stopWhenShown: true }), [good], false).verdict).toBe(
      'healthy',
    );
    const open = { errors: [counts(10, 500), counts(5, 500)] } as const;
    expect(judge(analysis([rate()], { stopWhenShown: true }), [open], false).verdict).toBe(
      'running',
    );
  });
});
