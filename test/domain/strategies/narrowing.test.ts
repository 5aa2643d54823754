import { describe, expect, test } from 'vitest';
import { planNotes } from '../../../src/domain/explain/plan-notes.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { compilePlan } from '../../../src/domain/plan/compile/compile-plan.js';
import type { Target } from '../../../src/domain/model/target.js';
import { UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { aPlanInput, v, web } from '../../support/fixtures.js';
import { narrowingIn } from '../../../src/domain/strategies/parts/lowest-serving.js';
import { coloured, compiled, equipped, refused } from './sketch.js';

const inputFor = (total: number) =>
  aPlanInput({ targets: Array.from({ length: total }, (_, at) => `web-${at + 1}`) });

const colourOf = (at: number, live: number): string => (at < live ? 'blue' : 'green');

/** The first `live` of them are blue and have the traffic. */
const plannedOver = (total: number, live: number, strategy: StrategySpec) => {
  const input = inputFor(total);
  const targets = input.targets.map((target, at): Target => ({
    ...target,
    metadata: { colour: colourOf(at, live) },
  }));
  const known = new Map(
    targets.map(({ id }, at) => [
      id,
      { ...UNTOUCHED, version: [v('1.0.0')], weight: [at < live ? 1 / live : 0] } as const,
    ]),
  );
  return compilePlan({ ...input, targets, strategy, router: 'memory' }, known);
};

const notesOf = (total: number, live: number, strategy: StrategySpec): readonly string[] => {
  const plan = plannedOver(total, live, strategy);
  if (!plan.ok) throw new Error(plan.error.message);
  return planNotes(plan.value);
};

const toIdle = {
  kind: 'steps',
  steps: [
    { kind: 'deploy', targets: 'idle' },
    { kind: 'shift', to: 'idle', from: 'live', percent: 100 },
  ],
} as const;

describe('a switch to fewer targets', () => {
  test.each<[string, StrategySpec, number]>([
    ['blue-green', { kind: 'blue_green' }, 2],
    ['a canary by weight beside the live colour', { kind: 'canary', traffic: true }, 5],
    ['steps of one’s own', toIdle, 2],
  ])('is named in the plan of %s', (_, strategy, step) => {
    expect(notesOf(4, 3, strategy)).toContain(
      `step ${step} puts all traffic on 1 target, which 3 targets have before`,
    );
  });

  test.each<[string, StrategySpec]>([
    ['blue-green', { kind: 'blue_green', maxUnavailable: 1 }],
    ['blue-green by a percentage', { kind: 'blue_green', maxUnavailable: '50%' }],
    ['blue-green that may lose none', { kind: 'blue_green', maxUnavailable: 0 }],
    ['a canary', { kind: 'canary', traffic: true, maxUnavailable: 1 }],
    ['a canary that may lose none', { kind: 'canary', traffic: true, maxUnavailable: 0 }],
    ['steps of one’s own', { ...toIdle, maxUnavailable: 1 }],
    ['steps that may lose none', { ...toIdle, maxUnavailable: 0 }],
  ])('is refused by maxUnavailable: %s', (_, strategy) => {
    expect(plannedOver(4, 3, strategy)).toMatchObject({
      ok: false,
      error: {
        path: 'strategy.maxUnavailable',
        message: expect.stringContaining('puts all traffic on 1 target, which 3 targets have'),
      },
    });
  });

  test.each<[string, StrategySpec]>([
    ['blue-green', { kind: 'blue_green', maxUnavailable: 2 }],
    ['a canary', { kind: 'canary', traffic: true, maxUnavailable: '67%' }],
    ['steps of one’s own', { ...toIdle, maxUnavailable: 2 }],
  ])('is taken where maxUnavailable leaves room for it: %s', (_, strategy) => {
    expect(plannedOver(4, 3, strategy)).toMatchObject({ ok: true, value: { floor: 1 } });
  });

  test('is none where as many or more get the traffic, and may lose none', () => {
    for (const strategy of [{ kind: 'blue_green' }, { kind: 'canary', traffic: true }] as const) {
      for (const live of [1, 2]) {
        const plan = plannedOver(4, live, { ...strategy, maxUnavailable: 0 });

        expect(plan).toMatchObject({ ok: true, value: { floor: live } });
        expect(plan.ok && plan.value.forecast).not.toHaveProperty('narrowing');
      }
    }
  });

  test('is none where nothing is live yet: nobody loses what serves', () => {
    const strategy = { kind: 'blue_green', maxUnavailable: 0 } as const;

    expect(compiled(strategy, coloured(4, 0)).length).toBeGreaterThan(0);
  });

  test('is named where a stage has all of it on few targets, and not where they are only replaced', () => {
    const stages = [{ targets: 25, weight: 100, wait: 1_000 }, { targets: 100 }];
    const plain = { kind: 'canary', traffic: true } as const;
    const input = inputFor(4);
    const planOf = (strategy: StrategySpec) =>
      compilePlan({ ...input, strategy, router: 'memory' }, new Map());

    expect(planOf({ ...plain, stages })).toMatchObject({
      ok: true,
      value: { forecast: { narrowing: { from: 4, to: 1 } } },
    });
    const usual = planOf(plain);
    expect(usual.ok && usual.value.forecast).not.toHaveProperty('narrowing');
  });

  test('counts the fewest, where several switches follow', () => {
    const to = (...numbers: readonly number[]) =>
      ({ kind: 'shift', to: numbers.map(web), percent: 100 }) as const;
    const check = { kind: 'check' } as const;
    const steps = [
      { kind: 'deploy', targets: 'all' },
      check,
      to(1, 2),
      to(3),
      to(1, 2, 3),
    ] as const;

    expect(refused({ kind: 'steps', steps, maxUnavailable: 2 }, equipped(4))).toMatchObject({
      path: 'strategy.steps',
    });
    const found = compiled({ kind: 'steps', steps, partial: true }, equipped(4));
    expect(narrowingIn(found, equipped(4).targets)).toMatchObject({ step: 3, from: 4, to: 1 });
  });

  test('sees through the removal of what is at the place of whom is deployed to next', () => {
    const shift = { kind: 'shift', to: [web(2)], from: [], percent: 100 } as const;
    const retire = { kind: 'retire', targets: [web(9)] } as const;
    const deploy = {
      kind: 'deploy',
      targets: [web(1)],
      tolerance: { failures: 0, of: 'plan' },
    } as const;

    expect(narrowingIn([shift, retire, deploy], [web(1), web(2)])).toBeNull();
    expect(narrowingIn([shift, retire], [web(1), web(2)])).toMatchObject({
      step: 0,
      from: 2,
      to: 1,
    });
  });
});
