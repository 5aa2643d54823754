import { describe, expect, test } from 'vitest';
import { compileSteps } from '../../../src/domain/strategies/index.js';
import { flagNameIn, flagNameOf } from '../../../src/domain/strategies/parts/flag-name.js';
import type { FlagSpec } from '../../../src/domain/model/plan/flag-setting.js';
import type { FeatureFlagSpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { API, v } from '../../support/fixtures.js';
import { equipped, refused, sketched } from './sketch.js';

const flagged = (spec: Omit<FeatureFlagSpec, 'kind'> = {}): FeatureFlagSpec => ({
  kind: 'feature_flag',
  ...spec,
});
const bare = { checked: false };

describe('a feature flag deployment', () => {
  test('deploys everywhere in the dark, and then widens the flag', () => {
    expect(sketched(flagged({ batchSize: 2 }), equipped(3))).toEqual([
      'flag ff_api_1.0.0 0',
      'deploy 1,2',
      'check 1,2',
      'deploy 3',
      'check 3',
      'flag ff_api_1.0.0 1',
      'flag ff_api_1.0.0 10',
      'flag ff_api_1.0.0 50',
      'flag ff_api_1.0.0 100',
    ]);
  });

  test.each([0, 0.5, 5, 100])('asked for %d percent ends there', (percentage) => {
    const flag = 'new-checkout';

    expect(sketched(flagged({ percentage, flag }), equipped(1, bare))).toEqual([
      'flag new-checkout 0',
      'deploy 1',
      `flag new-checkout ${percentage}`,
    ]);
  });

  test('says with each of its steps what to do where somebody else changed the flag', () => {
    const flag = { onForeignChange: 'rollback' } as const;
    const steps = compileSteps(flagged({ percentage: 5, flag }), equipped(1, bare));

    const set = { kind: 'set_flag', flag: 'ff_api_1.0.0', onForeignChange: 'rollback' };
    expect(steps).toMatchObject({ value: [{ ...set, percent: 0 }, {}, { ...set, percent: 5 }] });
  });

  test('ends where its stages end', () => {
    const spec = flagged({ stages: [5, 20], percentage: 20, flag: 'f' });

    expect(sketched(spec, equipped(1, bare)).slice(2)).toEqual(['flag f 5', 'flag f 20']);
  });

  test('is watched, analysed and promoted like a canary', () => {
    const stages = [{ percent: 1, gate: true }, 10, { percent: 100, wait: 3, analyze: 'latency' }];
    const spec = flagged({ stages, wait: 9, flag: 'f', analysis: { name: 'errors', from: 2 } });

    expect(sketched(spec, equipped(1)).slice(3)).toEqual([
      'flag f 1',
      'wait 9',
      'check 1',
      'gate stage-1 ever abort',
      'flag f 10',
      'wait 9',
      'check 1',
      'inline errors of 1 beside -',
      'flag f 100',
      'wait 3',
      'check 1',
      'inline latency of 1 beside -',
    ]);
  });

  test.each<[string, FeatureFlagSpec, string]>([
    ['falling stages', flagged({ stages: [50, 10] }), 'strategy.stages'],
    ['stages beyond all', flagged({ stages: [50, 110] }), 'strategy.stages'],
    ['no stages', flagged({ stages: [] }), 'strategy.stages'],
    ['a percentage beyond all', flagged({ percentage: 101 }), 'strategy.percentage'],
    ['a percentage below none', flagged({ percentage: -1 }), 'strategy.percentage'],
    ['no number', flagged({ percentage: Number.NaN }), 'strategy.percentage'],
    [
      'a stage that no flag store can keep to',
      flagged({ stages: [5, 33.3333, 100] }),
      'strategy.stages.1',
    ],
    ['a percentage finer than that', flagged({ percentage: 0.0004 }), 'strategy.percentage'],
    ['two ends', flagged({ percentage: 5, stages: [1, 10] }), 'strategy.percentage'],
    ['no batch', flagged({ batchSize: 0 }), 'strategy.batchSize'],
    ['an unknown analysis', flagged({ analysis: { name: 'speed' } }), 'strategy.analysis.name'],
    [
      'a stage that is none',
      flagged({ analysis: { name: 'errors', from: 5 } }),
      'strategy.analysis.from',
    ],
  ])('refuses %s', (_, spec, path) => {
    expect(refused(spec, equipped(2)).path).toBe(path);
  });

  test('needs a flag store, and a name to give the flag', () => {
    expect(refused(flagged(), equipped(2, { flagged: false })).path).toBe('flags');
    expect(refused(flagged(), equipped(2, { ref: null })).path).toBe('strategy.flag');
  });
});

describe('flags of versions before', () => {
  test.each<[string, FlagSpec]>([
    ['a flag that is the same for every version', { name: 'checkout', keep: 1 }],
    ['none of them kept', { keep: 0 }],
    ['a part of one', { keep: 1.5 }],
    ['more than are known', { keep: 51 }],
  ])('can not be removed with %s', (_, flag) => {
    expect(refused(flagged({ flag }), equipped(2)).path).toBe('strategy.flag.keep');
  });

  test('are told by the version in their name', () => {
    const spec = flagged({ flag: { name: 'checkout-{version}', keep: 1 }, stages: [100] });

    expect(sketched(spec, equipped(1, bare))).toEqual([
      'flag checkout-1.0.0 0',
      'deploy 1',
      'flag checkout-1.0.0 100',
    ]);
  });
});

describe('the name of a flag', () => {
  test('is as it was given, with the version where that was asked for', () => {
    expect(flagNameIn('team/checkout', '2')).toBe('team/checkout');
    expect(flagNameIn('team/{version}/checkout-{version}', 'a/$&')).toMatch(
      /^team\/a___\/checkout-a____[0-9a-f]{8}$/,
    );
  });

  test('has nothing in it that a flag store could not take', () => {
    expect(flagNameOf(API, v('feat/new+x@1:2~a=b'))).toBe('ff_api_feat_new_x_1_2_a_b');
  });

  test('is cut where it is too long, and is still that version’s own', () => {
    const long = 'v'.repeat(200);
    const one = flagNameOf(API, v(`${long}1`));
    const other = flagNameOf(API, v(`${long}2`));

    expect(one).toHaveLength(128);
    expect(one).toMatch(/^ff_api_v+_[0-9a-f]{8}$/);
    expect(one).not.toBe(other);
    expect(flagNameOf(API, v('v'.repeat(121)))).toHaveLength(128);
    expect(flagNameOf(API, v('v'.repeat(121)))).not.toContain('_v_');
  });

  test('is that version’s own where letters of it can’t stand in it', () => {
    const [one, other] = ['größe', 'grüße'].map((text) => flagNameOf(API, v(text)));

    expect(one).toMatch(/^ff_api_gr___?e_[0-9a-f]{8}$/);
    expect(one).not.toBe(other);
  });

  // The same 32 bits by an independent implementation of RFC 9923 (Python):
  // h = 0x811c9dc5; for b in b"ff_api_" + b"v" * 130: h = (h ^ b) * 0x01000193 % 2**32
  test('ends with the FNV-1a hash of all of it', () => {
    expect(flagNameOf(API, v('v'.repeat(130)))).toMatch(/_45c5036f$/);
  });
});
