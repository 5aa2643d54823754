import { describe, expect, test } from 'vitest';
import type { DataPolicy } from '../../../src/domain/model/plan/analysis-spec.js';
import {
  analysis,
  counts,
  failed,
  judged,
  latency,
  noData,
  rate,
  refused,
  threshold,
  values,
} from './analysis-fixtures.js';

const fine = { errors: [counts(1, 100), counts(1, 100)] } as const;
const nothing = { errors: [noData, counts(1, 100)] } as const;
const down = { errors: [failed, counts(1, 100)] } as const;
const few = { errors: [counts(0, 1), counts(0, 900)] } as const;

/** policy, at once or so far, after the last round */
const POLICIES = [
  ['fail', 'unhealthy', 'unhealthy'],
  ['inconclusive', 'inconclusive', 'inconclusive'],
  ['pass', 'running', 'healthy'],
  ['wait', 'running', 'inconclusive'],
] as const;

describe('a metric without data', () => {
  test.each(POLICIES)('under the policy %s is %s, %s at last', (noDataPolicy, now, last) => {
    const spec = analysis([rate({ noData: noDataPolicy })]);

    expect(judged(spec, [nothing])).toMatchObject({ basis: 'no_data', verdict: now });
    expect(judged(spec, [nothing], true)).toMatchObject({ basis: 'no_data', verdict: last });
  });

  test('never passes in silence: the sentence says that it was not measured', () => {
    const passing = analysis([rate({ noData: 'pass' })]);
    expect(judged(passing, [nothing]).reason).toBe(
      'no data: the query matched no series so far; passes by policy if it stays so',
    );
    expect(judged(passing, [nothing], true).reason).toBe(
      'no data: the query matched no series; passed by policy, not by measurement',
    );
    expect(judged(analysis([rate({ noData: 'fail' })]), [nothing]).reason).toBe(
      'no data: the query matched no series; unhealthy by policy',
    );
  });

  test('says whose data are missing', () => {
    const spec = analysis([rate()]);
    const reason = judged(spec, [{ errors: [counts(1, 100), noData] }]).reason;

    expect(reason).toBe('no data: the query matched no series (for the old version) so far');
  });

  test('has not been measured before the first round; ended by then, it is inconclusive', () => {
    const spec = analysis([rate({ noData: 'wait' })]);

    expect(judged(spec, [])).toMatchObject({ verdict: 'running', reason: 'not measured yet' });
    expect(judged(spec, [], true)).toMatchObject({
      verdict: 'inconclusive',
      reason: 'no data: nothing was measured, up to the last round',
    });
  });

  test('needs the baseline’s too, even when the rounds had none to give', () => {
    const spec = analysis([rate()]);
    expect(judged(spec, [{ errors: [counts(1, 100)] }]).basis).toBe('no_data');
  });
});

describe('a metric with too little data', () => {
  test.each(POLICIES)(
    'waits for more; under the policy %s it is then %s, %s',
    (policy, _, last) => {
      const spec = analysis([rate({ tooLittleData: policy })]);

      expect(judged(spec, [few])).toMatchObject({ basis: 'too_little_data', verdict: 'running' });
      expect(judged(spec, [few, few], true)).toMatchObject({
        basis: 'too_little_data',
        verdict: last,
        n: { canary: 2, baseline: 1_800 },
      });
    },
  );

  test('is told apart from one without: two samples only', () => {
    const of = analysis([latency()]);
    const two = judged(of, [{ p95: [values(900, 900), values(...Array(40).fill(1))] }], true);

    expect(two).toMatchObject({ verdict: 'inconclusive', pValue: null });
    expect(two.reason).toBe(
      'too little data: 2 beside 40 of the old version, at least 10 wanted, up to the last round',
    );
  });

  test('counts rounds of a threshold, against one value of a previous deployment', () => {
    const margin = { kind: 'relative', by: 0.1 } as const;
    const rule = threshold({
      minSamples: 2,
      against: { kind: 'baseline', baseline: 'previous', margin },
    });
    const spec = analysis([rule]);
    const first = { cpu: [values(50), values(48)] } as const;

    expect(judged(spec, [first], true).basis).toBe('too_little_data');
    expect(judged(spec, [first, { cpu: [values(50)] }], true)).toMatchObject({
      basis: 'measured',
      verdict: 'healthy',
    });
    expect(judged(analysis([threshold({ minSamples: 2 })]), [{ cpu: [values(1)] }]).reason).toBe(
      'too little data: 1, at least 2 wanted so far',
    );
  });
});

describe('a metric whose source is down', () => {
  test.each(POLICIES)(
    'is waited out; under the policy %s it is then %s, %s',
    (policy, now, last) => {
      const spec = analysis([rate({ sourceDown: policy, noData: 'fail' })]);

      expect(judged(spec, [down, down])).toMatchObject({
        basis: 'source_down',
        verdict: 'running',
      });
      expect(judged(spec, [down, down, down])).toMatchObject({
        basis: 'source_down',
        verdict: now,
      });
      expect(judged(spec, [down], true)).toMatchObject({ basis: 'source_down', verdict: last });
    },
  );

  test('is judged by what it told before, while the outage is waited out', () => {
    const spec = analysis([rate()], { sequential: false });

    expect(judged(spec, [fine, fine, down, fine], true)).toMatchObject({
      basis: 'measured',
      verdict: 'healthy',
    });
    const worse = { errors: [counts(90, 100), counts(1, 100)] } as const;
    expect(judged(spec, [worse, worse, worse, down], true)).toMatchObject({
      basis: 'measured',
      verdict: 'unhealthy',
    });
    expect(judged(spec, [fine, down, down, down], true)).toMatchObject({
      basis: 'source_down',
      verdict: 'inconclusive',
      reason: 'no answer from the source 3 times in a row: connection refused',
    });
  });

  test('starts anew once it answers', () => {
    const spec = analysis([rate()], { count: 9 });

    expect(judged(spec, [down, down, down, fine]).verdict).toBe('running');
    expect(judged(spec, [down]).reason).toBe(
      'no answer from the source once: connection refused so far',
    );
  });

  test('is not waited out when it refuses the query: asking again won’t help', () => {
    const spec = analysis([rate()]);

    expect(judged(spec, [{ errors: [refused] }])).toMatchObject({
      basis: 'source_down',
      verdict: 'inconclusive',
      reason: 'the source refuses the query: parse error',
    });
  });
});

describe('the policies', () => {
  test('are three: each outcome follows its own', () => {
    const own: Record<string, DataPolicy> = {
      noData: 'fail',
      tooLittleData: 'pass',
      sourceDown: 'wait',
    };
    const spec = analysis([rate(own)]);

    const verdicts = [nothing, few, down].map((round) => judged(spec, [round], true).verdict);
    expect(verdicts).toEqual(['unhealthy', 'healthy', 'inconclusive']);
  });
});
