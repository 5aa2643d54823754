import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withMeasurement } from '../../../src/domain/model/deployment/analysis-progress.js';
import type { MetricValue } from '../../../src/domain/model/metric-value.js';
import type { MetricRule } from '../../../src/domain/model/plan/analysis-spec.js';
import {
  after,
  analysis,
  counts,
  judged,
  latency,
  margin,
  rate,
  threshold,
  values,
  type Round,
} from './analysis-fixtures.js';

const absolute = (limit: number) => ({ against: { kind: 'limit', limit } }) as const;
const worst = { lower: '+Inf', higher: '-Inf' } as const;
const best = { lower: '-Inf', higher: '+Inf' } as const;
const twenty = (value: MetricValue) => values(...Array.from({ length: 20 }, () => value));
const pass = { noData: 'pass', minSamples: 1 } as const;

/** At the last look; whatever is reported must be the same after JSON. */
function report(rule: MetricRule, ...rounds: readonly Round[string][]) {
  const named = rounds.map((round) => ({ [rule.name]: round }));
  const found = judged(analysis([rule]), named, true);
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  expect(found.basis).toBe('measured');
  return found;
}

describe.each(['lower', 'higher'] as const)('where %s is better', (direction) => {
  const rules = [
    threshold({ direction, ...pass, ...absolute(0.5) }),
    rate({ direction, ...pass, ...absolute(0.5) }),
    latency({ direction, ...pass, ...absolute(0.5) }),
    threshold({ direction, ...pass, against: margin('relative', 0) }),
    threshold({ direction, ...pass, against: margin('absolute', 10) }),
    rate({ direction, ...pass }),
    latency({ direction, ...pass }),
    latency({ direction, ...pass, against: margin('absolute', 0) }),
  ];
  const reading = (rule: MetricRule, value: MetricValue) => {
    if (rule.kind === 'rate') return counts(value, 1_000);
    return rule.kind === 'latency' ? twenty(value) : values(value);
  };
  const usual = (rule: MetricRule) => reading(rule, rule.kind === 'rate' ? 500 : 7);

  test.each(rules)('the infinity that is worse is unhealthy: $kind $against', (rule) => {
    const found = report(rule, [reading(rule, worst[direction]), usual(rule)]);
    expect(found).toMatchObject({ verdict: 'unhealthy' });
    expect(found.reason).toMatch(/^worse than allowed: .*(Inf|infinitely)/);
  });

  test.each(rules)('the infinity that is better is healthy: $kind $against', (rule) => {
    expect(report(rule, [reading(rule, best[direction]), usual(rule)]).verdict).toBe('healthy');
  });

  test.each(rules)('as bad as the old version is no regression: $kind $against', (rule) => {
    const bad = reading(rule, worst[direction]);
    const verdict = rule.against.kind === 'limit' ? 'unhealthy' : 'healthy';
    expect(report(rule, [bad, bad]).verdict).toBe(verdict);
  });

  test.each(rules)(
    'any figure is worse than the best infinity of the old version: $kind',
    (rule) => {
      if (rule.against.kind === 'limit') return;
      const old = rule.kind === 'rate' ? counts(0, 1_000) : reading(rule, best[direction]);
      const found = report(rule, [reading(rule, worst[direction]), old]);
      expect(found.verdict).toBe('unhealthy');
      if (rule.kind === 'rate') return;
      expect(report(rule, [usual(rule), old]).verdict).toBe('unhealthy');
    },
  );
});

describe('a rate with infinitely many', () => {
  test('events is told as it is, and stays so whatever comes later', () => {
    const alone = rate({ ...absolute(0.5) });
    expect(report(alone, [counts('+Inf', 100)], [counts(0, 100)])).toMatchObject({
      estimate: '+Inf',
      reason: 'worse than allowed: +Inf of 200, at most 50 % allowed',
    });
    const beside = report(rate(), [counts('+Inf', 100), counts(1, 100)]);
    expect(beside.reason).toBe(
      "worse than allowed: +Inf of 100 beside the old version's 1 % of 100, infinitely more, at most 1 point more allowed",
    );
  });

  test('trials has no events worth the name: good for errors, bad for successes', () => {
    const found = report(rate({ ...absolute(0.5) }), [counts(5, '+Inf')]);
    expect(found).toMatchObject({ verdict: 'healthy', estimate: 0, n: { canary: '+Inf' } });
    const higher = rate({ direction: 'higher', ...absolute(0.5) });
    expect(report(higher, [counts(5, '+Inf')]).verdict).toBe('unhealthy');
    const old = report(rate(), [counts(50, 100), counts(5, '+Inf')]);
    expect(old).toMatchObject({ verdict: 'unhealthy', n: { canary: 100, baseline: '+Inf' } });
  });

  test('both ways keeps what came first: there is no such sum', () => {
    const spec = analysis([rate()]);
    const one = after(spec, [{ errors: [counts('+Inf', 1), counts(1, 1)] }]);
    const metrics = [{ name: 'errors', canary: counts('-Inf', 1), baseline: counts(1, 1) }];
    const two = withMeasurement(one, { at: 1, round: 2, metrics });
    expect(two.metrics[0]?.canary).toMatchObject({ events: '+Inf', trials: 2 });
  });
});

describe('the samples of a latency', () => {
  test('count by their rank: one infinite among many is one slow request', () => {
    const mixed = values(...Array.from({ length: 40 }, (_, at) => (at === 0 ? '+Inf' : at)));
    const fine = values(...Array.from({ length: 40 }, (_, at) => at));
    const found = report(latency({ against: margin('absolute', 1) }), [mixed, fine]);
    expect(found.verdict).toBe('healthy');
    expect(Number.isFinite(found.estimate)).toBe(true);
  });

  test('have an infinite median and interval where most of them are infinite', () => {
    const rule = latency(absolute(200));
    expect(report(rule, [twenty('+Inf')])).toMatchObject({
      verdict: 'unhealthy',
      estimate: '+Inf',
      interval: ['+Inf', '+Inf'],
    });
  });

  test('have no median in the middle between both infinities, and are judged nonetheless', () => {
    const halves = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? '-Inf' : '+Inf'));
    const found = report(latency(absolute(200)), [values(...halves)]);
    expect(found).toMatchObject({ verdict: 'healthy', estimate: null, interval: ['-Inf', '+Inf'] });
  });

  test('whatever they are, have figures that JSON keeps', () => {
    const sample = fc.oneof(fc.constantFrom<MetricValue>('+Inf', '-Inf'), fc.integer());
    const samples = fc.array(sample, { minLength: 10, maxLength: 30 });
    fc.assert(
      fc.property(samples, samples, (canary, old) => {
        expect(report(latency(), [values(...canary), values(...old)]).basis).toBe('measured');
        expect(report(latency(absolute(0)), [values(...canary)]).basis).toBe('measured');
      }),
      { numRuns: 15 },
    );
  });
});

test('a threshold beside an infinite one has a difference, and no share of it', () => {
  const rule = threshold({ against: margin('relative', 0.1) });
  const found = (canary: MetricValue, old: MetricValue) =>
    report(rule, [values(canary), values(old)]);

  expect(found('+Inf', 5)).toMatchObject({ estimate: '+Inf', effect: { value: '+Inf' } });
  expect(found('+Inf', '+Inf')).toMatchObject({ estimate: 0, effect: { value: 0 } });
  expect(found(5, '+Inf')).toMatchObject({ estimate: '-Inf', effect: null });
});
