import { describe, expect, it } from 'vitest';
import {
  parsePercentage,
  type StrategyFlags,
  strategyOf,
} from '../../src/cli/orders/strategy-flags.js';
import { StrategySchema } from '../../src/contracts/strategy/strategy.schema.js';

const strategy = (flags: StrategyFlags): unknown => StrategySchema.parse(strategyOf(flags));

describe('the flags of a strategy', () => {
  it('describe each kind', () => {
    expect(strategy({ batchSize: 2, delay: 5, gate: true, analysis: 'errors' })).toEqual({
      kind: 'rolling',
      batchSize: 2,
      delay: 5,
      pauseAfterFirst: true,
      analysis: { name: 'errors' },
    });
    expect(strategy({ weights: [10, 100], maxUnavailable: '25%', waitBetween: 9 })).toEqual({
      kind: 'canary',
      stages: [10, 100],
      traffic: true,
      maxUnavailable: '25%',
      wait: 9,
    });
    expect(strategy({ strategy: 'blue_green', gate: true, analysis: 'errors' })).toEqual({
      kind: 'blue_green',
      promotion: { kind: 'gate' },
      analyze: { before: 'errors' },
    });
    expect(strategy({ promoteAfter: 60, retire: 'remove', batchSize: 1 })).toEqual({
      kind: 'blue_green',
      promotion: { kind: 'auto', after: 60 },
      retire: 'remove',
      batchSize: 1,
    });
    expect(strategy({ percentage: 5, flag: 'f', batchSize: 2, stages: [1, 5] })).toEqual({
      kind: 'feature_flag',
      percentage: 5,
      flag: 'f',
      batchSize: 2,
      stages: [1, 5],
    });
    expect(strategyOf({})).toBeUndefined();
  });

  it('cannot be of two kinds, or say two things', () => {
    expect(() => strategyOf({ batchSize: 2, stages: [100] })).toThrow(
      '--stages is no flag of rolling',
    );
    expect(() => strategyOf({ percentage: 5, delay: 5 })).toThrow(
      '--percentage is no flag of rolling',
    );
    expect(() => strategyOf({ strategy: 'blue_green', waitBetween: 5 })).toThrow(
      '--wait-between is no flag of blue_green',
    );
    expect(() => strategyOf({ stages: [100], weights: [100] })).toThrow("they can't go together");
    expect(() => strategyOf({ gate: true, promoteAfter: 5 })).toThrow("they can't go together");
    expect(() => strategyOf({ gate: true, strategyJson: { kind: 'rolling' } })).toThrow(
      "can't go with --gate",
    );
  });

  it('take a percentage with or without its sign', () => {
    expect([parsePercentage('5'), parsePercentage('0.5%'), parsePercentage('0')]).toEqual([
      5, 0.5, 0,
    ]);
    for (const text of ['', '101', '-1', 'all']) {
      expect(() => parsePercentage(text)).toThrow('expected a percentage such as 5');
    }
  });
});
