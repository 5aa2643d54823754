import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AnalysisSchema, type AnalysisInput } from '../../src/contracts/config/analysis.schema.js';
import type { AnalysisSpec } from '../../src/domain/model/plan/analysis-spec.js';
import { messagesOf, pathsOf } from './refused.js';

const errors = {
  name: 'errors',
  kind: 'rate',
  source: 'prom',
  query: 'sum(increase(http_requests_total{version="{version}",code=~"5.."}[{window}]))',
  total: 'sum(increase(http_requests_total{version="{version}"}[{window}]))',
  baseline: 'stable',
  maxIncrease: 0.01,
} as const;
const p95 = { name: 'p95', kind: 'latency', source: 'prom', query: 'p95', max: 0.5 } as const;
const cpu = { name: 'cpu', kind: 'threshold', source: 'prom', query: 'cpu', max: 80 } as const;

const parsed = (...metrics: readonly object[]) => AnalysisSchema.parse({ metrics }).metrics;
const refusedAt = (analysis: object) => pathsOf(AnalysisSchema, { metrics: [cpu], ...analysis });
const refusal = (metric: object): readonly [string, string] => [
  pathsOf(AnalysisSchema, { metrics: [metric] }).join(),
  messagesOf(AnalysisSchema, { metrics: [metric] }),
];

describe('an analysis in the configuration', () => {
  test('is what the judge takes, but for its name; times in milliseconds', () => {
    const input: AnalysisInput = {
      interval: '10s',
      count: 6,
      metrics: [{ ...errors, critical: true }],
    };
    const spec: Omit<AnalysisSpec, 'name'> = AnalysisSchema.parse(input);

    expect(spec).toEqual({
      metrics: [
        {
          name: 'errors',
          kind: 'rate',
          source: 'prom',
          query: errors.query,
          total: errors.total,
          emptyIsZero: true,
          direction: 'lower',
          against: {
            kind: 'baseline',
            baseline: 'stable',
            margin: { kind: 'absolute', by: 0.01 },
          },
          weight: 1,
          critical: true,
          noData: 'wait',
          tooLittleData: 'wait',
          sourceDown: 'inconclusive',
          onWarnings: 'noData',
          minSamples: 50,
        },
      ],
      initialDelay: 0,
      interval: 10_000,
      count: 6,
      onInconclusive: 'pause',
      consecutiveErrorLimit: 4,
      passScore: 95,
      marginalScore: 75,
      sequential: true,
      stopWhenShown: false,
      confidence: 0.95,
    });
  });

  test('has defaults for each kind of metric', () => {
    expect(parsed(cpu, p95)).toMatchObject([
      { kind: 'threshold', minSamples: 1, failureLimit: 0 },
      { kind: 'latency', minSamples: 10, step: 5_000 },
    ]);
    const quick = AnalysisSchema.parse({ interval: '1s', metrics: [p95] });
    expect(quick.metrics).toMatchObject([{ step: 1_000 }]);
    expect(parsed({ ...p95, step: '2s' })).toMatchObject([{ step: 2_000 }]);
  });

  test('may ask the baseline something of its own', () => {
    const own = { baselineQuery: 'off', baselineTotal: 'all off' };
    expect(parsed({ ...errors, ...own })).toMatchObject([own]);
  });

  test.each([
    [{ max: 80 }, 'lower', { kind: 'limit', limit: 80 }],
    [{ min: 20, max: undefined }, 'higher', { kind: 'limit', limit: 20 }],
    [
      { max: undefined, baseline: 'stable', maxIncrease: '10%' },
      'lower',
      {
        kind: 'baseline',
        baseline: 'stable',
        margin: { kind: 'relative', by: 0.1 },
      },
    ],
    [
      { max: undefined, baseline: 'previous', maxDecrease: 5, direction: 'higher' },
      'higher',
      {
        kind: 'baseline',
        baseline: 'previous',
        margin: { kind: 'absolute', by: 5 },
      },
    ],
  ])('%j: the limit says which way is better', (written, direction, against) => {
    expect(parsed({ ...cpu, ...written })).toMatchObject([{ direction, against }]);
  });
});

describe('an analysis is refused', () => {
  test.each([
    [{ ...cpu, max: undefined }, 'max', 'just one of max and min'],
    [{ ...cpu, min: 1 }, 'max', 'just one of max and min'],
    [{ ...cpu, maxIncrease: 1 }, 'maxIncrease', 'only beside a baseline'],
    [{ ...cpu, baseline: 'stable' }, 'max', 'only without a baseline'],
    [
      { ...cpu, max: undefined, baseline: 'stable' },
      'maxIncrease',
      'just one of maxIncrease and maxDecrease',
    ],
    [{ ...cpu, direction: 'higher' }, 'direction', 'max says that lower is better'],
    [{ ...errors, maxIncrease: 2 }, 'maxIncrease', 'a rate from 0 to 1, or a percentage'],
    [{ ...errors, maxIncrease: '-5%' }, 'maxIncrease', '0% or more'],
    [{ ...errors, maxIncrease: undefined, maxDecrease: '100%' }, 'maxDecrease', 'less than 100%'],
    [
      { ...errors, baseline: undefined, maxIncrease: undefined, max: 5 },
      'max',
      'a rate from 0 to 1',
    ],
    [{ ...cpu, baselineQuery: 'old' }, 'baselineQuery', 'only beside a baseline'],
    [{ ...errors, baselineQuery: 'old' }, 'baselineTotal', 'together with baselineQuery'],
    [{ ...errors, baselineTotal: 'old' }, 'baselineTotal', 'together with baselineQuery'],
    [{ ...errors, query: '{verison}' }, 'query', '{verison} is no placeholder'],
    [{ ...errors, total: '{verison}' }, 'total', '{verison} is no placeholder'],
  ])('where a metric contradicts itself: %j', (metric, field, message) => {
    const [path, said] = refusal(metric);
    expect(path).toBe(`metrics.0.${field}`);
    expect(said).toContain(message);
  });

  test('for a margin that is neither number nor percentage, and for a field nobody knows', () => {
    expect(refusal({ ...errors, maxIncrease: 'a lot' })[0]).toBe('metrics.0.maxIncrease');
    expect(refusal({ ...errors, window: '5m' })[0]).toBe('metrics.0');
    expect(refusal({ ...cpu, kind: 'guess' })[0]).toBe('metrics.0.kind');
  });

  test('where its parts do not fit together', () => {
    expect(refusedAt({ metrics: [] })).toEqual(['metrics.0']);
    expect(
      refusedAt({
        metrics: Array.from({ length: 51 }, (_, at) => ({ ...cpu, name: `m${at}` })),
      }),
    ).toEqual(['metrics']);
    expect(refusedAt({ metrics: [cpu, cpu] })).toEqual(['metrics.1.name']);
    expect(refusedAt({ interval: '1s', metrics: [{ ...p95, step: '2s' }] })).toEqual([
      'metrics.0.step',
    ]);
    expect(refusedAt({ metrics: [{ ...cpu, weight: 0 }] })).toEqual(['metrics']);
    expect(refusedAt({ count: 5, metrics: [{ ...cpu, failureLimit: 5 }] })).toEqual([
      'metrics.0.failureLimit',
    ]);
    expect(refusedAt({ passScore: 50 })).toEqual(['marginalScore']);
    expect(refusedAt({ stopWhenShown: true, sequential: false })).toEqual(['stopWhenShown']);
  });

  test('outside its ranges', () => {
    expect(refusedAt({ interval: '10ms' })).toEqual(['interval']);
    expect(refusedAt({ count: 0 })).toEqual(['count']);
    expect(refusedAt({ confidence: 1 })).toEqual(['confidence']);
    expect(refusedAt({ onInconclusive: 'guess' })).toEqual(['onInconclusive']);
  });
});

test('the analysis can be published as JSON Schema', () => {
  const schema = z.toJSONSchema(AnalysisSchema, { io: 'input' });
  expect(schema.required).toEqual(['metrics']);
});
