import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { type Amount, amountOf } from '../../../src/domain/model/plan/amount.js';
import { compileSteps } from '../../../src/domain/strategies/index.js';
import type { RollingSpec, StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { equipped, inputOf, refusal, refused, sketch, sketched } from './sketch.js';

const rolling = (spec: Omit<RollingSpec, 'kind'>, count = 4, checked = false): readonly Step[] => {
  const steps = compileSteps({ kind: 'rolling', ...spec }, inputOf(count, checked));
  if (!steps.ok) throw new Error(steps.error.message);
  return steps.value;
};
const refusedOf = (spec: Omit<RollingSpec, 'kind'>, count = 4) =>
  refusal(compileSteps({ kind: 'rolling', ...spec }, inputOf(count)));

describe('a rolling deployment', () => {
  test('takes one target after the other, unless told otherwise', () => {
    expect(sketch(rolling({}, 3))).toEqual(['deploy 1', 'deploy 2', 'deploy 3']);
  });

  test('takes batches of a number or a share, rounded up', () => {
    expect(sketch(rolling({ batchSize: 3 }))).toEqual(['deploy 1,2,3', 'deploy 4']);
    expect(sketch(rolling({ batchSize: '30%' }))).toEqual(['deploy 1,2', 'deploy 3,4']);
    expect(sketch(rolling({ batchSize: '1%' }, 2))).toEqual(['deploy 1', 'deploy 2']);
    expect(sketch(rolling({ batchSize: 100 }, 2))).toEqual(['deploy 1,2']);
    expect(sketch(rolling({ batchSize: 1.5 }, 3))).toEqual(['deploy 1,2', 'deploy 3']);
  });

  test('takes no more at once than may be out of service, rounded down', () => {
    expect(sketch(rolling({ batchSize: 4, maxUnavailable: 2 }))).toEqual([
      'deploy 1,2',
      'deploy 3,4',
    ]);
    expect(sketch(rolling({ batchSize: 4, maxUnavailable: '70%' }, 5))).toEqual([
      'deploy 1,2,3',
      'deploy 4,5',
    ]);
  });

  test('checks each batch, waits between batches, and checks again after its settling time', () => {
    expect(sketch(rolling({ batchSize: 2, delay: 10 }, 4, true))).toEqual([
      'deploy 1,2',
      'check 1,2',
      'wait 10',
      'deploy 3,4',
      'check 3,4',
    ]);
    expect(sketch(rolling({ batchSize: 2, minHealthyTime: 20 }, 2, true))).toEqual([
      'deploy 1,2',
      'check 1,2',
      'wait 20',
      'check 1,2',
    ]);
    expect(sketch(rolling({ batchSize: 2, minHealthyTime: 20 }, 2))).toEqual([
      'deploy 1,2',
      'wait 20',
    ]);
  });

  test('tolerates failures over the whole plan, rounded down', () => {
    const tolerances = (failureTolerance: Amount) =>
      rolling({ failureTolerance }).map((step) => step.kind === 'deploy' && step.tolerance);

    expect(tolerances('40%')[0]).toEqual({ failures: 1, of: 'plan' });
    expect(tolerances(0)[3]).toEqual({ failures: 0, of: 'plan' });
    expect(rolling({}, 1, true)[1]).toMatchObject({ tolerance: { failures: 0, of: 'plan' } });
  });

  test.each<[string, Omit<RollingSpec, 'kind'>, string, string]>([
    ['an empty batch', { batchSize: 0 }, 'strategy.batchSize', 'at least one target a batch'],
    ['an empty share', { batchSize: '0%' }, 'strategy.batchSize', 'at least one target a batch'],
    ['a batch of no number', { batchSize: Number.NaN }, 'strategy.batchSize', 'at least one'],
    [
      'a floor that leaves no batch',
      { maxUnavailable: '20%' },
      'strategy.maxUnavailable',
      '20% of 4 targets leaves no batch to take',
    ],
    ['a floor of none', { maxUnavailable: 0 }, 'strategy.maxUnavailable', '0 of 4 targets leaves'],
    ['a floor of no number', { maxUnavailable: Number.NaN }, 'strategy.maxUnavailable', 'no batch'],
    [
      'a tolerance of all',
      { failureTolerance: 4 },
      'strategy.failureTolerance',
      'every one of the 4 targets could fail',
    ],
    [
      'a tolerance of 100%',
      { failureTolerance: '100%' },
      'strategy.failureTolerance',
      'tolerate fewer',
    ],
    [
      'a tolerance below none',
      { failureTolerance: -1 },
      'strategy.failureTolerance',
      'expected a number',
    ],
    [
      'a tolerance of no number',
      { failureTolerance: Number.NaN },
      'strategy.failureTolerance',
      'expected a number',
    ],
  ])('refuses %s and names the field', (_, spec, path, message) => {
    expect(refusedOf(spec)).toMatchObject({ code: 'plan/impossible', path });
    expect(refusedOf(spec).message).toContain(message);
  });
});

describe('a rolling deployment that is looked at on its way', () => {
  test('stops at a gate after the first batch', () => {
    const spec = { kind: 'rolling', delay: 5, pauseAfterFirst: true } as const;

    expect(sketched(spec, equipped(2))).toEqual([
      'deploy 1',
      'check 1',
      'gate stage-1 ever abort',
      'wait 5',
      'deploy 2',
      'check 2',
    ]);
    expect(
      sketched(
        { ...spec, pauseAfterFirst: { name: 'go', timeout: 9, onTimeout: 'promote' } },
        equipped(2),
      ),
    ).toContain('gate go 9 promote');
    expect(sketched({ ...spec, pauseAfterFirst: false }, equipped(2))).toHaveLength(5);
  });

  test('analyses each batch but the last, beside the targets that are still old', () => {
    expect(sketched({ kind: 'rolling', analysis: { name: 'errors' } }, equipped(3))).toEqual([
      'deploy 1',
      'check 1',
      'inline errors of 1 beside 2,3',
      'deploy 2',
      'check 2',
      'inline errors of 1,2 beside 3',
      'deploy 3',
      'check 3',
    ]);
  });

  test('analyses in the background from a batch on', () => {
    const analysis = { name: 'errors', mode: 'background', from: 2 } as const;

    expect(sketched({ kind: 'rolling', analysis }, equipped(3))).toEqual([
      'deploy 1',
      'check 1',
      'deploy 2',
      'check 2',
      'background errors of 1,2 beside 3',
      'measure errors to its rounds',
      'deploy 3',
      'check 3',
      'measure errors to its verdict',
    ]);
  });

  test('does not pass over an analysis because there is only one batch, or because it would begin too late', () => {
    const analysis = { name: 'errors', from: 7 } as const;

    expect(sketched({ kind: 'rolling', analysis }, equipped(1))).toContain(
      'inline errors of 1 beside -',
    );
  });

  test('refuses an analysis nobody defined, and says which there are', () => {
    const spec = { kind: 'rolling', analysis: { name: 'speed' } } as const;

    expect(refused(spec, equipped(2))).toMatchObject({
      path: 'strategy.analysis.name',
      message: 'no analysis is named speed: known are errors, latency',
    });
    expect(refused(spec, inputOf(2)).message).toContain('none are configured');
  });

  test('refuses what would be too large to keep', () => {
    const spec = { kind: 'rolling', analysis: { name: 'errors' } } as const;

    expect(refused(spec, equipped(600))).toMatchObject({ path: 'strategy' });
    expect(sketched({ ...spec, batchSize: '10%' }, equipped(600)).length).toBe(29);
  });
});

describe('strategies', () => {
  test.each(['recreate', 'constructor', 'toString', '__proto__'])(
    '%s is none, and those there are are named',
    (kind) => {
      // What a stored or untyped spec may hold.
      const spec = { kind } as unknown as StrategySpec;

      expect(refusal(compileSteps(spec, inputOf(2)))).toMatchObject({
        path: 'strategy.kind',
        message: 'expected one of rolling, canary, blue_green, feature_flag, steps',
      });
    },
  );
});

describe('an amount', () => {
  test('is exact where floating point is not', () => {
    expect(amountOf('33%', 100, 'up')).toBe(33);
    expect(amountOf('33%', 100, 'down')).toBe(33);
    expect(amountOf('7%', 100, 'up')).toBe(7);
    expect(amountOf('28%', 25, 'down')).toBe(7);
    expect(amountOf('0.07%', 10_000, 'up')).toBe(7);
    expect(amountOf('0.57%', 10_000, 'down')).toBe(57);
  });

  test('rounds as safety asks, numbers as well as shares', () => {
    expect([amountOf('33%', 10, 'up'), amountOf('33%', 10, 'down')]).toEqual([4, 3]);
    expect([amountOf(2.5, 10, 'up'), amountOf(2.5, 10, 'down')]).toEqual([3, 2]);
    expect(amountOf(7, 3, 'up')).toBe(7);
  });
});
