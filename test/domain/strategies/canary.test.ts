import { describe, expect, test } from 'vitest';
import { compileSteps } from '../../../src/domain/strategies/index.js';
import type { CanarySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { equipped, inputOf, refusal, sketch, sketched } from './sketch.js';

const compile = (spec: Omit<CanarySpec, 'kind'>, count: number, checked = false) =>
  compileSteps({ kind: 'canary', ...spec }, inputOf(count, checked));
const canary = (spec: Omit<CanarySpec, 'kind'>, count: number, checked = false) => {
  const steps = compile(spec, count, checked);
  if (!steps.ok) throw new Error(steps.error.message);
  return steps.value;
};

describe('a canary', () => {
  test('goes from a tenth to all of it, unless told otherwise', () => {
    expect(sketch(canary({}, 10))).toEqual([
      'deploy 1',
      'deploy 2,3',
      'deploy 4,5',
      'deploy 6,7,8,9,10',
    ]);
  });

  test('rounds each stage up, has at least one target, and skips a stage that adds none', () => {
    expect(sketch(canary({ stages: [1, 100] }, 3))).toEqual(['deploy 1', 'deploy 2,3']);
    expect(sketch(canary({ stages: [0.0000000001, 100] }, 2))).toEqual(['deploy 1', 'deploy 2']);
    expect(sketch(canary({ stages: [34, 100] }, 3))).toEqual(['deploy 1,2', 'deploy 3']);
    expect(sketch(canary({}, 1, true))).toEqual(['deploy 1', 'check 1']);
    expect(sketch(canary({ stages: [33, 100] }, 100))[0]?.split(',')).toHaveLength(33);
  });

  test('watches each stage but the last, and looks again before it goes on', () => {
    expect(sketch(canary({ stages: [50, 100], wait: 60 }, 4, true))).toEqual([
      'deploy 1,2',
      'check 1,2',
      'wait 60',
      'check 1,2',
      'deploy 3,4',
      'check 3,4',
    ]);
    expect(sketch(canary({ stages: [50, 100], wait: 60 }, 4))).toEqual([
      'deploy 1,2',
      'wait 60',
      'deploy 3,4',
    ]);
  });

  test('tolerates in each stage what leaves the others at the threshold', () => {
    const failures = (successThreshold: number | undefined, count: number) =>
      canary({ stages: [100], successThreshold }, count)[0];

    expect(failures(0.9, 10)).toMatchObject({ tolerance: { failures: 1, of: 'step' } });
    expect(failures(undefined, 19)).toMatchObject({ tolerance: { failures: 0 } });
    expect(failures(undefined, 20)).toMatchObject({ tolerance: { failures: 1 } });
    expect(failures(0, 3)).toMatchObject({ tolerance: { failures: 3 } });
    expect(failures(1, 3)).toMatchObject({ tolerance: { failures: 0 } });
  });

  test('keeps the gate, the wait and the analysis of a stage that rounding leaves without targets', () => {
    const stages = [10, { targets: 20, wait: 9, gate: true, analyze: 'errors' }, 100];

    expect(sketched({ kind: 'canary', stages, wait: 5 }, equipped(3, { checked: false }))).toEqual([
      'deploy 1',
      'wait 5',
      'wait 9',
      'inline errors of 1 beside 2,3',
      'gate stage-2 ever abort',
      'deploy 2,3',
    ]);
  });

  test('watches the last stage too where that stage says so', () => {
    const stages = [{ targets: 100, wait: 7 }];

    expect(sketched({ kind: 'canary', stages }, equipped(1))).toEqual([
      'deploy 1',
      'check 1',
      'wait 7',
      'check 1',
    ]);
  });

  test('takes a stage in several batches where no more may be out of service', () => {
    expect(sketch(canary({ stages: [20, 100], maxUnavailable: '40%' }, 5))).toEqual([
      'deploy 1',
      'deploy 2,3',
      'deploy 4,5',
    ]);
    expect(refusal(compile({ maxUnavailable: '5%' }, 10))).toMatchObject({
      path: 'strategy.maxUnavailable',
      message: '5% of 10 targets leaves no batch to take: expected room for at least one',
    });
  });

  test('refuses what would be too large to keep', () => {
    const stages = Array.from({ length: 100 }, (_, at) => at + 1);
    const spec = { kind: 'canary', stages, analysis: { name: 'errors' } } as const;

    expect(refusal(compileSteps(spec, equipped(3_000)))).toMatchObject({
      path: 'strategy',
      message: expect.stringContaining('and at most 250000 can be kept'),
    });
  });

  test('refuses two gates of one name', () => {
    const stages = [
      { targets: 50, gate: { name: 'go' } },
      { targets: 100, gate: { name: 'go' } },
    ];

    expect(refusal(compile({ stages }, 4))).toMatchObject({
      path: 'strategy',
      message: 'two gates are named go: expected a name for each',
    });
  });

  test('refuses a stage of its own wait alone', () => {
    expect(refusal(compile({ stages: [10, { wait: 5 }, 100] }, 4)).path).toBe('strategy.stages');
  });

  test.each([
    ['stages that fall', [50, 25, 100]],
    ['stages that stand still', [50, 50, 100]],
    ['stages that do not end with all', [10, 50]],
    ['stages beyond all', [110, 100]],
    ['a stage of none', [0, 100]],
    ['no stages', []],
    ['a stage of no number', [Number.NaN, 100]],
  ])('refuses %s', (_, stages) => {
    expect(refusal(compile({ stages }, 4))).toEqual({
      code: 'plan/impossible',
      path: 'strategy.stages',
      message: 'expected rising percentages above 0 that end with 100, such as [10, 50, 100]',
    });
  });

  test.each([-0.1, 1.1, Number.NaN])('refuses a threshold of %d', (successThreshold) => {
    expect(refusal(compile({ successThreshold }, 4))).toMatchObject({
      path: 'strategy.successThreshold',
    });
  });
});
