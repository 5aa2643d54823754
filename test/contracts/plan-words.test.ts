import { describe, expect, test } from 'vitest';
import { percentText, stepSubject } from '../../src/contracts/views/step-words.js';
import { strategyWords } from '../../src/contracts/views/strategy-words.js';
import type { Step } from '../../src/domain/model/plan/step.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { web } from '../support/fixtures.js';

const time = (ms: number): string => `${ms}ms`;
const words = (step: Step): string => stepSubject(step, { named: 2, time });
const said = (spec: StrategySpec): string => strategyWords(spec, time).join(', ');
const tolerance = { failures: 0, of: 'plan' } as const;

describe('a step in words', () => {
  test.each<[string, Step]>([
    ['web-1', { kind: 'deploy', targets: [web(1)], tolerance }],
    [
      'web-1, web-2 and 2 more',
      { kind: 'check', targets: [web(1), web(2), web(3), web(4)], tolerance },
    ],
    ['web-1, web-2', { kind: 'retire', targets: [web(1), web(2)] }],
    ['60ms', { kind: 'wait', ms: 60 }],
    ['10% to web-1, 90% to web-2', { kind: 'shift', to: [web(1)], from: [web(2)], percent: 10 }],
    ['100% to web-1', { kind: 'shift', to: [web(1)], from: [web(2)], percent: 100 }],
    ['ff_api to 0.5%', { kind: 'set_flag', flag: 'ff_api', percent: 0.5 }],
    ['go, until promoted', { kind: 'gate', name: 'go', timeout: null, onTimeout: 'abort' }],
    [
      'go, until promoted; aborts by itself after 5ms',
      { kind: 'gate', name: 'go', timeout: 5, onTimeout: 'abort' },
    ],
    [
      'go, until promoted; promotes by itself after 5ms',
      { kind: 'gate', name: 'go', timeout: 5, onTimeout: 'promote' },
    ],
    [
      'errors of web-1 beside web-2',
      {
        kind: 'analyze',
        analysis: 'errors',
        mode: 'inline',
        targets: [web(1)],
        baseline: [web(2)],
      },
    ],
    [
      'errors of web-1, in the background',
      {
        kind: 'analyze',
        analysis: 'errors',
        mode: 'background',
        targets: [web(1)],
        baseline: [],
      },
    ],
    ['errors until it has its rounds', { kind: 'measure', analyses: ['errors'], until: 'rounds' }],
  ])('%s', (text, step) => {
    expect(words(step)).toBe(text);
  });

  test('never says none of some, nor all of less than all', () => {
    const texts = [99.9999, 0.0001, 99.9996, 0.0004, 1e-12, 100, 0].map(percentText);

    expect(texts).toEqual(['99.9999%', '0.0001%', '99.9996%', '0.0004%', '1e-12%', '100%', '0%']);
  });

  test.each([99.9, 99.99, 66.6, 0.1, 33.3])('says what is left of %d as one would', (percent) => {
    const step = { kind: 'shift', to: [web(1)], from: [web(2)], percent } as const;
    const [, rest] = words(step).split(', ');

    expect(rest).toMatch(/^\d+(\.\d{1,2})?% to web-2$/);
  });

  test('says no more of a percentage than three decimals', () => {
    expect([percentText(66.667), percentText(100 - 66.667), percentText(5)]).toEqual([
      '66.667%',
      '33.333%',
      '5%',
    ]);
  });
});

describe('a strategy in words', () => {
  test.each<[string, StrategySpec]>([
    ['rolling', { kind: 'rolling' }],
    [
      'rolling, batch size 2, delay 5ms, min healthy time 6ms, max unavailable 25%, failure tolerance 1, analysis errors, after the first gate',
      {
        kind: 'rolling',
        batchSize: 2,
        delay: 5,
        minHealthyTime: 6,
        maxUnavailable: '25%',
        failureTolerance: 1,
        analysis: { name: 'errors' },
        pauseAfterFirst: true,
      },
    ],
    [
      'canary, stages 10% → 50% of the targets + wait 5ms + analyze errors + gate look for 9ms → 100%, wait 3ms, success threshold 0.9, max unavailable 1, analysis latency in the background from stage 2',
      {
        kind: 'canary',
        stages: [
          10,
          { targets: 50, wait: 5, analyze: 'errors', gate: { name: 'look', timeout: 9 } },
          100,
        ],
        wait: 3,
        successThreshold: 0.9,
        maxUnavailable: 1,
        analysis: { name: 'latency', mode: 'background', from: 2 },
      },
    ],
    [
      'canary, traffic 10% of the traffic on 25% of the targets → 50% of the traffic → 100%',
      {
        kind: 'canary',
        traffic: true,
        stages: [{ weight: 10, targets: 25, gate: false }, { weight: 50 }, 100],
      },
    ],
    ['blue green', { kind: 'blue_green' }],
    [
      'blue green, batch size 1, analysis before errors, analysis after latency, promotion gate, old colour remove, retire delay 5ms',
      {
        kind: 'blue_green',
        batchSize: 1,
        analyze: { before: 'errors', after: 'latency' },
        promotion: { kind: 'gate' },
        retire: 'remove',
        retireDelay: 5,
      },
    ],
    ['blue green, promotion at once', { kind: 'blue_green', promotion: { kind: 'auto' } }],
    [
      'blue green, promotion after 5ms',
      { kind: 'blue_green', promotion: { kind: 'auto', after: 5 } },
    ],
    [
      'feature flag, flag f, percentage 10, stages 1% → 10% + gate, batch size 2, max unavailable 1, failure tolerance 0, wait 5ms, analysis errors',
      {
        kind: 'feature_flag',
        flag: 'f',
        percentage: 10,
        stages: [1, { percent: 10, gate: true }],
        batchSize: 2,
        maxUnavailable: 1,
        failureTolerance: 0,
        wait: 5,
        analysis: { name: 'errors' },
      },
    ],
    [
      'steps, in order deploy → check, partial yes, max unavailable 1, failure tolerance 1',
      {
        kind: 'steps',
        steps: [{ kind: 'deploy', targets: 1 }, { kind: 'check' }],
        partial: true,
        maxUnavailable: 1,
        failureTolerance: 1,
      },
    ],
    ['steps, in order deploy', { kind: 'steps', steps: [{ kind: 'deploy', targets: 'all' }] }],
  ])('%s', (text, spec) => {
    expect(said(spec)).toBe(text);
  });
});
