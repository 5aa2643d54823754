import { describe, expect, test } from 'vitest';
import { forecast, type ForecastBasis } from '../../../src/domain/plan/compile/forecast.js';
import { servingOf } from '../../../src/domain/strategies/parts/capacity.js';
import type { StrategyInput } from '../../../src/domain/strategies/parts/strategy.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import { coloured, compiled, equipped } from '../strategies/sketch.js';

const forecastOf = (
  strategy: StrategySpec,
  input: StrategyInput,
  more: Partial<ForecastBasis> = {},
) =>
  forecast(compiled(strategy, input), {
    targets: input.targets.length,
    serving: servingOf(input),
    driverTimeoutMs: 10_000,
    routerTimeoutMs: 0,
    analyses: [],
    ...more,
  });

describe('the forecast', () => {
  test('tells batches, capacity and time before anything moves', () => {
    const strategy = {
      kind: 'rolling',
      batchSize: 2,
      delay: 5_000,
      minHealthyTime: 1_000,
    } as const;

    expect(forecastOf(strategy, equipped(3, { checked: false }))).toEqual({
      steps: 5,
      batches: 2,
      targets: 3,
      largestBatch: 2,
      lowestCapacity: 1,
      heldOut: [],
      waitMs: 7_000,
      analysisMs: 0,
      gates: 0,
      longestGateMs: 0,
      trafficMs: 0,
      atMostMs: 27_000,
      rollbackMs: 20_000,
    });
  });

  test('tells the time of inline analyses, and of traffic, on the way there and back', () => {
    const analyze = { before: 'errors', after: 'unknown to the forecast' };
    const strategy = { kind: 'blue_green', analyze } as const;
    const input = coloured(4, 2, { checked: false, analyses: [...Object.values(analyze)] });
    const found = forecastOf(strategy, input, {
      routerTimeoutMs: 500,
      analyses: [anAnalysis('errors')],
    });

    expect(found).toMatchObject({
      // A warm-up of 5 and three rounds of 7.
      analysisMs: 26,
      // One shift, and the batch that is drained and taken back.
      trafficMs: 1_500,
      atMostMs: 11_526,
      rollbackMs: 11_500,
    });
  });

  test('waits for the rounds in the background that do not fit into the waits since it began', () => {
    const analysis = { name: 'errors', mode: 'background' } as const;
    const analyses = [anAnalysis('errors')];
    const found = (minHealthyTime: number) =>
      forecastOf({ kind: 'rolling', analysis, minHealthyTime }, equipped(2), { analyses });

    expect(found(0)).toMatchObject({ analysisMs: 33, atMostMs: 20_033 });
    expect(found(10)).toMatchObject({ waitMs: 20, analysisMs: 23 });
    // A last round ends after the last step.
    expect(found(26).analysisMs).toBe(7);
  });

  test('waits once for rounds that an inline analysis has waited for beside it', () => {
    const analyses = [anAnalysis('errors'), { ...anAnalysis('latency'), count: 1 }];
    const found = forecastOf(
      {
        kind: 'steps',
        steps: [
          { kind: 'deploy', targets: 1 },
          { kind: 'analyze', analysis: 'errors', mode: 'background' },
          { kind: 'analyze', analysis: 'latency' },
          { kind: 'analyze', analysis: 'errors', mode: 'background' },
          { kind: 'deploy', targets: 'rest' },
        ],
      },
      equipped(2, { checked: false }),
      { analyses },
    );

    expect(found.analysisMs).toBe(12 + 26 + 7);
  });

  test('does not wait for an analysis that no step began', () => {
    const { targets } = equipped(2);
    const basis = { targets: 2, serving: targets, driverTimeoutMs: 1, routerTimeoutMs: 1 };
    const found = forecast([{ kind: 'measure', analyses: ['unknown'], until: 'verdict' }], {
      ...{ ...basis, analyses: [] },
    });

    expect(found.analysisMs).toBe(0);
  });

  test('tells how long gates may stay open, or that they may for ever', () => {
    const gates = (...timeouts: readonly (number | undefined)[]) =>
      forecastOf(
        {
          kind: 'canary',
          stages: timeouts.map((timeout, at) => ({
            targets: ((at + 1) * 100) / timeouts.length,
            gate: { timeout },
          })),
        },
        equipped(4),
      );

    expect(gates(30, 50)).toMatchObject({ gates: 2, longestGateMs: 50 });
    expect(gates(30, undefined, 50, 20)).toMatchObject({ gates: 4, longestGateMs: null });
  });

  test('sees all of the live colour serve while the idle one is replaced', () => {
    expect(forecastOf({ kind: 'blue_green' }, coloured(4, 2)).lowestCapacity).toBe(2);
    expect(forecastOf({ kind: 'blue_green' }, coloured(5, 3)).lowestCapacity).toBe(2);
    expect(forecastOf({ kind: 'blue_green' }, coloured(5, 2)).lowestCapacity).toBe(2);
  });

  test('counts a target that lost its traffic before it was replaced once', () => {
    expect(
      forecastOf({ kind: 'canary', traffic: true, stages: [25, 50, 75, 100] }, equipped(4))
        .lowestCapacity,
    ).toBe(3);
  });

  test('of no steps is nothing', () => {
    const { targets } = equipped(2);
    const basis = { targets: 2, serving: targets, driverTimeoutMs: 1, routerTimeoutMs: 1 };

    expect(forecast([], { ...basis, analyses: [] })).toMatchObject({
      largestBatch: 0,
      lowestCapacity: 2,
      atMostMs: 0,
      rollbackMs: 0,
    });
  });
});
