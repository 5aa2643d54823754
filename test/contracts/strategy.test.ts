import { describe, expect, test } from 'vitest';
import { StrategySchema } from '../../src/contracts/strategy/strategy.schema.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { messagesOf, pathsOf } from './refused.js';

/** Also the proof that what the contract takes is what the strategies take. */
const parsed = (value: unknown): StrategySpec => StrategySchema.parse(value);

describe('a strategy', () => {
  test('by rolling is looked at on its way', () => {
    expect(
      parsed({ kind: 'rolling', delay: '5s', analysis: 'errors', pauseAfterFirst: true }),
    ).toEqual({
      kind: 'rolling',
      delay: 5_000,
      analysis: { name: 'errors' },
      pauseAfterFirst: true,
    });
  });

  test('by canary has stages of targets, of weight and of both, with more about each', () => {
    expect(
      parsed({
        kind: 'canary',
        traffic: true,
        stages: [
          { weight: 0, targets: 25, wait: '5m', gate: { name: 'look', timeout: '1h' } },
          { weight: 10, gate: false, analyze: 'errors' },
          100,
        ],
        analysis: { name: 'latency', mode: 'background', from: 2 },
        maxUnavailable: '25%',
      }),
    ).toEqual({
      kind: 'canary',
      traffic: true,
      stages: [
        { weight: 0, targets: 25, wait: 300_000, gate: { name: 'look', timeout: 3_600_000 } },
        { weight: 10, gate: false, analyze: 'errors' },
        100,
      ],
      analysis: { name: 'latency', mode: 'background', from: 2 },
      maxUnavailable: '25%',
    });
  });

  test('by blue and green is promoted by time or by a person, and keeps or removes the old', () => {
    const spec = {
      kind: 'blue_green',
      batchSize: '50%',
      analyze: { before: 'errors', after: 'latency' },
      promotion: { kind: 'gate', name: 'go', timeout: 60_000, onTimeout: 'abort' },
      retire: 'remove',
      retireDelay: 30_000,
    };

    expect(parsed(spec)).toEqual(spec);
    expect(parsed({ kind: 'blue_green', promotion: { kind: 'auto', after: '10m' } })).toEqual({
      kind: 'blue_green',
      promotion: { kind: 'auto', after: 600_000 },
    });
    expect(parsed({ kind: 'blue_green' })).toEqual({ kind: 'blue_green' });
  });

  test('by feature flag has a flag, a percentage and stages', () => {
    const spec = {
      kind: 'feature_flag',
      flag: 'ff_new-checkout',
      percentage: 20,
      stages: [1, { percent: 20, wait: 60_000, gate: true }],
      batchSize: 2,
      maxUnavailable: 1,
      failureTolerance: 0,
      wait: 1_000,
    };

    expect(parsed(spec)).toEqual(spec);
    expect(parsed({ kind: 'feature_flag', percentage: 0 })).toMatchObject({ percentage: 0 });
  });

  test('may be its steps', () => {
    expect(
      parsed({
        kind: 'steps',
        partial: true,
        maxUnavailable: 1,
        steps: [
          { kind: 'deploy', targets: ['web-1'] },
          { kind: 'deploy', targets: 2 },
          { kind: 'deploy', targets: '50%' },
          { kind: 'deploy', targets: 'rest' },
          { kind: 'check' },
          { kind: 'wait', for: '5m' },
          { kind: 'shift', to: 'idle', from: ['web-2'], percent: 12.5 },
          { kind: 'set_flag', percent: 5 },
          { kind: 'gate', name: 'go', timeout: '1h', onTimeout: 'promote' },
          { kind: 'analyze', analysis: 'errors', mode: 'background' },
          { kind: 'retire', targets: 'live' },
        ],
      }),
    ).toMatchObject({
      kind: 'steps',
      steps: [
        { targets: ['web-1'] },
        { targets: 2 },
        { targets: '50%' },
        { targets: 'rest' },
        {},
        { for: 300_000 },
        { percent: 12.5 },
        { percent: 5 },
        { timeout: 3_600_000 },
        { mode: 'background' },
        { targets: 'live' },
      ],
    });
  });
});

describe('what is wrong with a strategy', () => {
  const stage = (value: unknown) => ({ kind: 'canary', stages: [value] });
  const step = (value: unknown) => ({ kind: 'steps', steps: [value] });

  test.each<[string, unknown, string]>([
    ['its kind', { kind: 'recreate' }, 'kind'],
    ['a stage of none', stage(0), 'stages.0'],
    ['a stage beyond all', stage({ targets: 101 }), 'stages.0.targets'],
    ['a weight below none', stage({ weight: -1 }), 'stages.0.weight'],
    ['a field nobody knows', stage({ weigth: 1 }), 'stages.0'],
    ['a gate that cannot time out', stage({ gate: { timeout: 0 } }), 'stages.0.gate.timeout'],
    ['a gate nobody could name', stage({ gate: { name: 'go now' } }), 'stages.0.gate.name'],
    ['no stages', { kind: 'canary', stages: [] }, 'stages'],
    [
      'an analysis from nowhere',
      { kind: 'rolling', analysis: { name: 'a', from: 0 } },
      'analysis.from',
    ],
    ['how it is promoted', { kind: 'blue_green', promotion: { kind: 'cron' } }, 'promotion.kind'],
    ['a percentage beyond all', { kind: 'feature_flag', percentage: 101 }, 'percentage'],
    ['a flag with spaces', { kind: 'feature_flag', flag: 'a b' }, 'flag'],
    [
      'a flag that does something else when it was changed',
      { kind: 'feature_flag', flag: { name: 'a', onForeignChange: 'ignore' } },
      'flag',
    ],
    [
      'a flag of which no version is kept',
      { kind: 'feature_flag', flag: { name: 'a-{version}', keep: 0 } },
      'flag.keep',
    ],
    ['a flag with a brace', { kind: 'feature_flag', flag: 'a-{target}' }, 'flag'],
    ['no steps', { kind: 'steps', steps: [] }, 'steps'],
    ['a step nobody knows', step({ kind: 'dance' }), 'steps.0.kind'],
    ['a gate without a name', step({ kind: 'gate' }), 'steps.0.name'],
    ['a shift to an amount', step({ kind: 'shift', to: '50%', percent: 1 }), 'steps.0.to'],
    ['a batch of nothing', step({ kind: 'deploy', targets: [] }), 'steps.0.targets'],
  ])('is named: %s', (_, value, path) => {
    expect(pathsOf(StrategySchema, value)).toEqual([path]);
  });

  test('is said with what was wanted, also where there is a short form', () => {
    expect(messagesOf(StrategySchema, stage('ten'))).toBe(
      'expected a percentage, or targets and weight',
    );
    expect(messagesOf(StrategySchema, stage({ weight: 10, gate: 3 }))).toBe(
      'gate: expected true, or name, timeout and onTimeout',
    );
    expect(messagesOf(StrategySchema, { kind: 'rolling', analysis: 3 })).toContain(
      'expected the name of an analysis',
    );
    expect(messagesOf(StrategySchema, step({ kind: 'deploy', targets: 'some' }))).toContain(
      'expected target ids, an amount such as 2 or "50%"',
    );
  });
});
