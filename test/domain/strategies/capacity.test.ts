import { describe, expect, test } from 'vitest';
import { planNotes } from '../../../src/domain/explain/plan-notes.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import type { DeploymentPlan } from '../../../src/domain/model/plan/deployment-plan.js';
import { UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { compilePlan } from '../../../src/domain/plan/compile/compile-plan.js';
import { servingText } from '../../../src/contracts/views/serving-text.js';
import { floorWords } from '../../../src/domain/plan/floor-words.js';
import { NO_PROGRESS } from '../../../src/domain/model/deployment/progress.js';
import { aPlanInput, v } from '../../support/fixtures.js';
import { refusal, sketch } from './sketch.js';

const input = (sizes: readonly number[], colours: readonly string[] = []) => {
  const its = aPlanInput({ targets: sizes.map((_, at) => `web-${at + 1}`), router: true });
  const targets = its.targets.map((target, at) => ({
    ...target,
    capacity: sizes[at] ?? 1,
    metadata: colours.length === 0 ? {} : { colour: colours[at] ?? '' },
  }));
  return { ...its, targets };
};

const compiled = (sizes: readonly number[], strategy: StrategySpec): DeploymentPlan => {
  const plan = compilePlan({ ...input(sizes), strategy }, new Map());
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
};

/** Blue is live. */
const coloured = (blue: readonly number[], green: readonly number[], strategy: StrategySpec) => {
  const sizes = [...blue, ...green];
  const colours = [...blue.map(() => 'blue'), ...green.map(() => 'green')];
  const known = new Map(
    input(sizes).targets.map(({ id }, at) => [
      id,
      { ...UNTOUCHED, version: [v('1.0.0')], weight: [at < blue.length ? 1 : 0] } as const,
    ]),
  );
  return compilePlan({ ...input(sizes, colours), strategy }, known);
};

const refused = (sizes: readonly number[], strategy: StrategySpec) =>
  refusal(compilePlan({ ...input(sizes), strategy }, new Map()));

describe('the floor of targets of unequal size', () => {
  test('leaves by a percentage that part of the capacity to serve', () => {
    expect(compiled([4, 1, 1], { kind: 'rolling', maxUnavailable: '75%' }).floor).toBe(1.5);
    expect(compiled([4, 1, 1], { kind: 'rolling', maxUnavailable: '100%' }).floor).toBe(0);
  });

  test('leaves by a number what the others have without so many of the largest', () => {
    expect(compiled([4, 1, 2], { kind: 'rolling', maxUnavailable: 1 }).floor).toBe(3);
    expect(compiled([4, 1, 2], { kind: 'rolling', maxUnavailable: 2 }).floor).toBe(1);
    expect(compiled([4, 1, 2], { kind: 'rolling', maxUnavailable: 9 }).floor).toBe(0);
  });

  test('is none where no limit is set', () => {
    expect(compiled([4, 1], { kind: 'rolling' }).floor).toBe(0);
  });

  test('is refused where the largest could never be taken out, with what it takes', () => {
    expect(refused([4, 1, 1], { kind: 'rolling', maxUnavailable: '50%' })).toMatchObject({
      path: 'strategy.maxUnavailable',
      message:
        '50% of the capacity does not leave room to take web-1 out, which has 66.7% of it: expected at least 66.667%',
    });
  });

  test('is refused where a stage would leave less to serve, in capacity', () => {
    const steps = [
      { kind: 'deploy', targets: ['web-1', 'web-2'] },
      { kind: 'deploy', targets: 'rest' },
    ] as const;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ids as a test writes them
    const spec = { kind: 'steps', steps, maxUnavailable: '70%' } as unknown as StrategySpec;

    expect(refused([4, 1, 1], spec)).toMatchObject({
      path: 'strategy.maxUnavailable',
      message:
        'only a capacity of 1 would serve at some time, and at least a capacity of 1.8 has to: expected smaller stages, or more room',
    });
  });
});

describe('the steps of targets of unequal size', () => {
  test('take the smallest first, and no more capacity at once than may be away', () => {
    const rolling = { kind: 'rolling', batchSize: 3, maxUnavailable: '50%' } as const;

    expect(sketch(compiled([4, 1, 2, 1], rolling).steps)).toEqual(['deploy 2,4,3', 'deploy 1']);
    expect(sketch(compiled([2, 1, 2, 1], rolling).steps)).toEqual([
      'deploy 2,4',
      'deploy 1',
      'deploy 3',
    ]);
  });

  test('of a feature flag and a canary by targets are packed likewise', () => {
    const flag = { kind: 'feature_flag', batchSize: 4, maxUnavailable: '50%' } as const;
    const plan = compilePlan(
      { ...input([2, 1, 2, 1]), strategy: { ...flag, flag: 'f', stages: [100] }, flags: 'memory' },
      new Map(),
    );
    const canary = { kind: 'canary', stages: [100], maxUnavailable: '50%' } as const;

    expect(plan.ok && sketch(plan.value.steps).filter((step) => step.startsWith('deploy'))).toEqual(
      [...['deploy 2,4', 'deploy 1', 'deploy 3']],
    );
    expect(sketch(compiled([2, 1, 2, 1], canary).steps)).toEqual([
      ...['deploy 2,4', 'deploy 1', 'deploy 3'],
    ]);
  });

  test('of a canary by weight give the new version what its capacity is worth', () => {
    const canary = { kind: 'canary', traffic: true, stages: [75, 100], maxUnavailable: 1 } as const;

    // Between two batches of a stage, the first of four with 1 of 8, then two with 2 of 8.
    expect(sketch(compiled([1, 1, 2, 4], canary).steps).slice(0, 5)).toEqual([
      'shift 100% to 2,3,4 from -',
      'deploy 1',
      'shift 14.286% to 1 from 3,4',
      'deploy 2',
      'shift 33.333% to 1,2 from 4',
    ]);
  });

  test('say how little serves, and who carries what', () => {
    const plan = compiled([4, 1], { kind: 'rolling' });

    expect(plan.forecast).toMatchObject({ lowestCapacity: 1, capacity: 5, targets: 2 });
    expect(servingText(plan.forecast)).toBe('1 of the capacity of 5 goes on serving');
    expect(planNotes(plan)).toContain('the traffic goes by capacity: web-1 4, web-2 1');
  });

  test('say of capacities that the balancer has that it says so', () => {
    const its = aPlanInput({ router: true });
    const known = new Map(
      its.targets.map(({ id }, at) => [id, { ...UNTOUCHED, capacity: at === 0 ? 200 : 50 }]),
    );
    const plan = compilePlan(its, known);

    expect(plan.ok && plan.value.capacities).toEqual({ 'web-1': 4, 'web-2': 1 });
    expect(plan.ok && planNotes(plan.value)).toContain(
      "the traffic goes by capacity: web-1 4, web-2 1, by the balancer's own configuration",
    );
  });
});

describe('a switch between colours of unequal size', () => {
  test('counts capacity: one large target may well stand in for three', () => {
    const strategy = { kind: 'blue_green', maxUnavailable: '0%' } as const;

    expect(coloured([1, 1, 1], [3], strategy)).toMatchObject({ ok: true, value: { floor: 3 } });
    const plan = coloured([1, 1, 1], [3], { kind: 'blue_green' });
    expect(plan.ok && plan.value.forecast).not.toHaveProperty('narrowing');
  });

  test('is named and refused where as many targets can carry less', () => {
    const plan = coloured([4, 4], [2, 2], { kind: 'blue_green' });

    expect(plan.ok && planNotes(plan.value)).toContain(
      'step 2 puts all traffic on 2 targets, which 2 targets have before, with 50% of their capacity',
    );
    expect(coloured([4, 4], [2, 2], { kind: 'blue_green', maxUnavailable: '25%' })).toMatchObject({
      ok: false,
      error: {
        path: 'strategy.maxUnavailable',
        message: expect.stringContaining('and at least a capacity of 6 has to serve'),
      },
    });
  });

  test('of one target to another reads well', () => {
    const plan = coloured([4], [2], { kind: 'blue_green' });

    expect(plan.ok && planNotes(plan.value)).toContain(
      'step 2 puts all traffic on 1 target, which 1 target has before, with 50% of their capacity',
    );
  });
});

describe('what must go on serving, in words', () => {
  test('is a number of targets, or a capacity', () => {
    const of = (sizes: readonly number[]) =>
      floorWords({
        plan: compiled(sizes, { kind: 'rolling', maxUnavailable: 1 }),
        progress: NO_PROGRESS,
      });

    expect(of([1, 1, 1])).toEqual({
      ...{ least: '2', less: 'fewer than 2 targets', lessThanThe: 'fewer than the 2' },
    });
    expect(of([4, 1, 2])).toEqual({
      least: 'a capacity of 3',
      less: 'less than a capacity of 3',
      lessThanThe: 'less than the capacity of 3',
    });
  });
});
