import { describe, expect, test } from 'vitest';
import { simulate } from '../../../src/app/entries/testing.js';
import type { SimulationRequest } from '../../../src/app/simulation/simulation.js';
import type { ConfigInput } from '../../../src/contracts/config/config.schema.js';
import type { SimulationSpecInput } from '../../../src/contracts/simulation/simulation.schema.js';
import { progressOf } from '../../../src/domain/model/deployment/deployment.js';
import { reasonOf } from '../../../src/domain/model/deployment/plan-state.js';
import { v, web } from '../../support/fixtures.js';
import type { Strategy } from './simulations.js';

const threshold = {
  kind: 'threshold',
  name: 'p99',
  source: 'prom',
  max: 300,
  query: 'p99{version="{version}"}',
} as const;
const rate = {
  ...{ kind: 'rate', name: 'errors', source: 'prom', baseline: 'stable', maxIncrease: 0.01 },
  ...{ query: 'errors{pod=~"{targets}"}', total: 'all{pod=~"{targets}"}' },
} as const;
const latency = {
  ...{ kind: 'latency', name: 'p50', source: 'prom', baseline: 'stable', maxIncrease: '10%' },
  ...{ query: 'p50{instance=~"{addresses}"}', step: '5s' },
} as const;

describe('metrics', () => {
  type Metrics = SimulationRequest['metrics'];
  /** How the analysis ended, of a canary that has one of this metric. */
  const measured = async (metric: object, given: Partial<SimulationRequest> = {}) => {
    const { deployment } = await simulate({
      ...given,
      spec: {
        ...{ targets: 4, strategy: { kind: 'canary', stages: [50, 100], analysis: { name: 'a' } } },
        analyses: { a: { metrics: [metric], interval: '1m', count: 5 } },
        ...given.spec,
      } as SimulationSpecInput,
    });
    const [report] = Object.values(deployment.analyses).map((progress) => progress.report);
    return { verdict: report?.verdict, reason: report?.reason, metric: report?.metrics[0] };
  };

  test.each([
    threshold,
    { ...threshold, max: 0 },
    { ...threshold, max: undefined, min: 5 },
    { ...threshold, max: undefined, baseline: 'stable', maxDecrease: '1%' },
    rate,
    { ...rate, baseline: undefined, maxIncrease: undefined, max: 0.05 },
    { ...rate, baseline: undefined, maxIncrease: undefined, min: 0.95 },
    { ...rate, maxIncrease: undefined, maxDecrease: 0.01, minSamples: 40_000 },
    latency,
    { ...latency, maxIncrease: 0 },
    { ...latency, baseline: undefined, maxIncrease: undefined, max: 250 },
  ])('that nothing is said of are well, and bad where they are to fail: %j', async (metric) => {
    const defined = Object.fromEntries(
      Object.entries(metric).filter(([, value]) => value !== undefined),
    );
    for (const seed of [1, 2, 3]) {
      expect(await measured(defined, { seed })).toMatchObject({ verdict: 'healthy' });
      const faults = [`metrics:${metric.name}`];
      expect(await measured(defined, { seed, faults })).toMatchObject({ verdict: 'unhealthy' });
    }
  });

  test.each<[object, Metrics, string]>([
    [threshold, { p99: [100, 100, 400] }, 'unhealthy'],
    [threshold, { p99: 'none' }, 'inconclusive'],
    [threshold, { p99: 'down' }, 'inconclusive'],
    [threshold, { p99: '+Inf' }, 'unhealthy'],
    [threshold, { p99: '-Inf' }, 'healthy'],
    [{ ...threshold, noData: 'pass' }, { p99: 'NaN' }, 'healthy'],
    [{ ...threshold, noData: 'fail' }, { p99: 'NaN' }, 'unhealthy'],
    [rate, { errors: { canary: '+Inf', baseline: 0.01 } }, 'unhealthy'],
    [latency, { p50: { canary: '+Inf', baseline: 100 } }, 'unhealthy'],
    [threshold, { p99: { mean: 200, deviation: 1 } }, 'healthy'],
    [threshold, { p99: { rate: 0.5, trials: 0 } }, 'healthy'],
    [rate, { errors: { canary: 0.05, baseline: 0.01 } }, 'unhealthy'],
    [rate, { errors: { canary: { rate: 0.2, trials: 500 } } }, 'unhealthy'],
    [rate, { errors: { canary: 0.05, baseline: 0.05 } }, 'healthy'],
    [latency, { p50: { canary: 300, baseline: 100 } }, 'unhealthy'],
    [latency, { p50: { baseline: { mean: 400, deviation: 10 } } }, 'healthy'],
  ])('%j with %j is %s', async (metric, metrics, verdict) => {
    expect((await measured(metric, { metrics })).verdict).toBe(verdict);
  });

  test('come from the side that a query is about, by colour too', async () => {
    const metrics = { errors: { canary: 0.5, baseline: 0.01 } };
    const byColour = { query: 'e{c="{colour}"}', total: 'a{c="{colour}"} or {{c}}' };
    const strategy: Strategy = {
      ...{ kind: 'canary', traffic: true, stages: [50, 100], analysis: { name: 'a' } },
    };
    const spec = { targets: 4, colours: true, strategy };
    const found = await measured({ ...rate, ...byColour }, { metrics, spec });
    expect(found.metric?.estimate).toBeCloseTo(0.49);
  });

  test('of the previous deployment are of its own time', async () => {
    const previous = { ...latency, baseline: 'previous' };
    const found = await measured(previous, { metrics: { p50: { canary: 300, baseline: 100 } } });
    expect(found).toMatchObject({ verdict: 'unhealthy', metric: { estimate: 200 } });
  });

  test('of a baseline that is asked a query of its own are its own', async () => {
    const off = { baselineQuery: 'errors{flag="off"}', baselineTotal: 'all{flag="off"}' };
    const on = { query: 'errors{flag="on"}', total: 'all{flag="on"}' };
    const metrics = { errors: { canary: 0.5, baseline: 0.1 } };
    const found = await measured({ ...rate, ...on, ...off }, { metrics });
    expect(found.metric?.estimate).toBeCloseTo(0.4);
  });

  test('are the same on both sides for a query that does not tell them apart', async () => {
    const both = { ...rate, query: 'errors', total: 'all' };
    const metrics = { errors: { canary: 0.5, baseline: 0.01 } };
    expect(await measured(both, { metrics })).toMatchObject({ metric: { estimate: 0 } });
  });

  test.each<[readonly string[], string]>([
    [['source:prom=2'], 'healthy'],
    [['source'], 'inconclusive'],
    [['source:other'], 'healthy'],
  ])('of a source with the faults %j are %s', async (faults, verdict) => {
    expect((await measured(threshold, { faults: [...faults] })).verdict).toBe(verdict);
  });

  test('of a configuration come only from the sources that it has', async () => {
    const config = {
      services: {
        api: {
          driver: { kind: 'command', argv: ['true'] },
          targets: [{ id: 'web-1' }, { id: 'web-2' }],
          analyses: { a: { metrics: [threshold], count: 1 } },
          strategy: { kind: 'canary', stages: [50, 100], analysis: { name: 'a' } },
        },
      },
    } satisfies ConfigInput as ConfigInput;
    const { deployment } = await simulate({ spec: config });
    expect(reasonOf(deployment.state)).toContain('no metric source is called "prom"');
    const prom = { kind: 'prometheus', url: 'http://prom:9090' } as const;
    const known = await simulate({ spec: { ...config, metricSources: { prom } } });
    expect(known.deployment.state.status).toBe('completed');
    expect(progressOf(known.deployment, web(1)).version).toBe(v('next'));
  });
});
