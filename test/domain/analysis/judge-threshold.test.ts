import { describe, expect, test } from 'vitest';
import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';
import {
  analysis,
  judged,
  margin,
  noData,
  threshold,
  values,
  type Round,
} from './analysis-fixtures.js';

/** At the last look, where nothing else is said. */
const judge = (spec: AnalysisSpec, rounds: readonly Round[], final = true) =>
  judged(spec, rounds, final);

describe('a threshold', () => {
  const rounds = (...found: readonly number[]): readonly Round[] =>
    found.map((value) => ({ cpu: [values(value)] }));

  test('fails at the round that breaks it, unless so many may', () => {
    const strict = judge(analysis([threshold()]), rounds(70, 81), false);
    expect(strict).toMatchObject({ verdict: 'unhealthy', estimate: 81, test: 'threshold' });
    expect(strict.reason).toBe(
      'worse than allowed: 81 at last, at most 80 allowed; over it in 1 of 2 rounds',
    );
    const lenient = analysis([threshold({ failureLimit: 1 })]);
    expect(judge(lenient, rounds(81, 70), false).verdict).toBe('running');
    expect(judge(lenient, rounds(81, 70)).reason).toBe(
      'as allowed: 70 at last, at most 80 allowed; over it in 1 of 2 rounds, 1 of 4 tolerated',
    );
  });

  test('tolerates among the rounds that were asked for, never all that were measured', () => {
    const lenient = analysis([threshold({ failureLimit: 1 })]);
    expect(judge(lenient, rounds(81), false).verdict).toBe('running');
    const alone = judge(lenient, [...rounds(81), { cpu: [noData] }]);
    expect(alone.verdict).toBe('unhealthy');
    expect(alone.reason).toBe(
      'worse than allowed: 81 at last, at most 80 allowed; over it in 1 of 1 rounds, 1 of 4 tolerated, but not all that were measured',
    );
    const all = analysis([threshold({ failureLimit: 9 })]);
    expect(judge(all, rounds(81, 82, 83, 84)).verdict).toBe('unhealthy');
    expect(judge(all, rounds(81, 82, 83, 80)).verdict).toBe('healthy');
  });

  test('tolerates so many in the newest rounds that were asked for, where it measures on', () => {
    const lenient = analysis([threshold({ failureLimit: 1 })]);
    const nowAndThen = judge(lenient, rounds(81, 70, 70, 70, 81, 70, 70, 70, 81));
    expect(nowAndThen).toMatchObject({ verdict: 'healthy', n: { canary: 9 } });
    expect(nowAndThen.reason).toContain('over it in 1 of the last 4 rounds, 1 of 4 tolerated');
    expect(judge(lenient, rounds(70, 70, 70, 70, 70, 70, 81, 82)).verdict).toBe('unhealthy');
  });

  test('holds from below where higher is better', () => {
    const spec = analysis([threshold({ direction: 'higher' })]);
    expect(judge(spec, rounds(80)).verdict).toBe('healthy');
    expect(judge(spec, rounds(79)).reason).toContain('at least 80 allowed');
  });

  test('is compared with what the baseline had in the same round', () => {
    const spec = analysis([threshold({ against: margin('relative', 0.1) })]);
    const beside = (pairs: readonly (readonly [number, number])[]) =>
      pairs.map(([canary, old]): Round => ({ cpu: [values(canary), values(old)] }));

    const busy = judge(
      spec,
      beside([
        [55, 50],
        [110, 100],
      ]),
    );
    expect(busy).toMatchObject({
      verdict: 'healthy',
      estimate: 10,
      effect: { measure: 'relative_change', value: 0.1 },
    });
    expect(busy.reason).toContain('the old version 100, at most 10 % more allowed');
    expect(
      judge(
        spec,
        beside([
          [56, 50],
          [100, 100],
        ]),
      ).verdict,
    ).toBe('unhealthy');
    expect(judge(spec, beside([[0, 0]])).effect).toBeNull();
  });
});
