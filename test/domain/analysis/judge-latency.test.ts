import { describe, expect, test } from 'vitest';
import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';
import { SAMPLES_KEPT } from '../../../src/domain/model/deployment/analysis-progress.js';
import { analysis, judged, latency, margin, values, type Round } from './analysis-fixtures.js';

/** At the last look, where nothing else is said. */
const judge = (spec: AnalysisSpec, rounds: readonly Round[], final = true) =>
  judged(spec, rounds, final);
const fixed = { sequential: false } as const;

const spread = (count: number, factor: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => factor * (80 + ((at * 37) % 41)));

describe('a latency', () => {
  const beside = (factor: number): Round => ({
    p95: [values(...spread(120, factor)), values(...spread(120, 1))],
  });

  test('beside the old version’s is worse when it is shown to exceed the allowance', () => {
    const slow = judge(analysis([latency()]), [beside(1.3)], false);

    expect(slow).toMatchObject({
      verdict: 'unhealthy',
      test: 'mann_whitney',
      effect: { measure: 'cliffs_delta' },
    });
    const [low = 0, high = 0] = slow.interval?.map(Number) ?? [];
    const estimate = Number(slow.estimate);
    expect(low < estimate && estimate < high && low > 10).toBe(true);
    expect(slow.reason).toMatch(
      /^worse than allowed: \d+\.?\d* more, \d+\.?\d* % than the old version's median of 100\b.* against the allowance\), at most 10 % more allowed$/,
    );
  });

  test('within the allowance is healthy, and so is one that improves', () => {
    const spec = analysis([latency()], fixed);
    expect(judge(spec, [beside(1.05)]).verdict).toBe('healthy');
    expect(judge(spec, [beside(1.1)]).reason).toMatch(/^not shown to be worse: /);
    const faster = judge(spec, [beside(0.7)]);
    expect(faster.verdict).toBe('healthy');
    expect(faster.reason).toMatch(/^shown to be within it: \d+\.?\d* less/);
  });

  test('is the other way round where higher is better', () => {
    const spec = analysis([latency({ direction: 'higher' })], fixed);
    expect(judge(spec, [beside(0.7)]).verdict).toBe('unhealthy');
    expect(judge(spec, [beside(1.3)]).verdict).toBe('healthy');
  });

  test('of few samples is tested exactly, and needs no median to be a share of', () => {
    const spec = analysis([latency({ against: margin('absolute', 1) })], fixed);
    const zeros = Array<number>(10).fill(0);
    const found = judge(spec, [{ p95: [values(...zeros), values(...zeros)] }]);
    expect(found).toMatchObject({ test: 'mann_whitney_exact', estimate: 0, verdict: 'healthy' });
    expect(found.reason).toContain('0 more than the old version');
  });

  test.each([
    ['lower', 1.3, 'unhealthy', 'worse than allowed'],
    ['lower', 1, 'healthy', 'not shown to be worse'],
    ['lower', 0.7, 'healthy', 'shown to be within it'],
    ['higher', 0.7, 'unhealthy', 'worse than allowed'],
  ] as const)(
    'with a limit for the median, %s is better: at %d of it it is %s',
    (direction, factor, verdict, words) => {
      const rule = latency({ direction, against: { kind: 'limit', limit: 100 } });
      const found = judge(analysis([rule], fixed), [{ p95: [values(...spread(123, factor))] }]);
      expect(found).toMatchObject({ verdict, test: 'sign', effect: null });
      expect(found.reason).toContain(`${words}: median`);
    },
  );

  test('says when it is judged on a part of its samples', () => {
    const rule = latency({ against: { kind: 'limit', limit: 100 } });
    const found = judge(analysis([rule], fixed), [
      { p95: [values(...spread(SAMPLES_KEPT + 5, 1))] },
    ]);
    expect(found.reason).toContain('; judged on the newest 2000 of 2005 samples');
  });
});
