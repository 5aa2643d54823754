import { describe, expect, test } from 'vitest';
import { compilePlan } from '../../../src/domain/plan/compile-plan.js';
import { forecast } from '../../../src/domain/plan/forecast.js';
import type { KnownTarget } from '../../../src/domain/plan/target.js';
import { aPlanInput, aTarget, type DeploymentFixture, v, web } from '../../support/fixtures.js';
import { refusal } from '../strategies/sketch.js';

const compiled = (
  fixture: DeploymentFixture,
  known = new Map<ReturnType<typeof web>, KnownTarget>(),
) => {
  const plan = compilePlan(aPlanInput(fixture), known);
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
};
const seen = (version: string | null, healthy: boolean | null): KnownTarget => ({
  version: version === null ? null : v(version),
  healthy,
  deploymentId: null,
});

describe('planning', () => {
  test('keeps everything the plan was made of, and what it forecasts', () => {
    const input = aPlanInput({ targets: ['web-1', 'web-2'], checked: true });
    const plan = compilePlan(input, new Map());

    expect(plan).toEqual({
      ok: true,
      value: {
        strategy: input.strategy,
        targets: input.targets,
        checks: input.checks,
        driver: input.driver,
        policy: input.policy,
        trusted: null,
        steps: expect.objectContaining({ length: 4 }),
        forecast: expect.objectContaining({ steps: 4, batches: 2, targets: 2 }),
      },
    });
  });

  test('keeps what a trusted publisher brought along', () => {
    const trusted = { driver: { kind: 'command' } };
    const plan = compilePlan({ ...aPlanInput(), trusted }, new Map());

    expect(plan).toMatchObject({ value: { trusted } });
  });

  test('begins where least is lost: unhealthy, then unknown, then old, then current', () => {
    const targets = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5'];
    const known = new Map([
      [web(1), seen('1.0.0', true)],
      [web(2), seen('0.9.0', true)],
      [web(3), seen(null, null)],
      [web(4), seen('1.0.0', false)],
    ]);

    expect(compiled({ targets, version: '1.0.0' }, known).targets.map(({ id }) => id)).toEqual([
      'web-4',
      'web-3',
      'web-5',
      'web-2',
      'web-1',
    ]);
  });

  test('leaves the order alone where nothing is known', () => {
    expect(compiled({ targets: ['b', 'c', 'a'] }).targets.map(({ id }) => id)).toEqual([
      ...['b', 'c', 'a'],
    ]);
  });

  test('refuses to deploy to no target, and names the field', () => {
    expect(refusal(compilePlan(aPlanInput({ targets: [] }), new Map()))).toEqual({
      code: 'plan/impossible',
      path: 'targets',
      message: 'expected at least one target',
    });
  });

  test('refuses a target that is named twice', () => {
    const targets = ['web-1', 'web-2', 'web-1'];

    expect(refusal(compilePlan(aPlanInput({ targets }), new Map()))).toMatchObject({
      path: 'targets',
      message: 'target id web-1 is used twice',
    });
  });

  test('refuses more than ten thousand targets, and takes as many', () => {
    const many = Array.from({ length: 10_001 }, (_, at) => aTarget(`t-${at}`));
    const strategy = { kind: 'rolling', batchSize: '100%' } as const;

    expect(
      refusal(compilePlan({ ...aPlanInput(), strategy, targets: many }, new Map())),
    ).toMatchObject({ path: 'targets', message: 'expected at most 10000 targets, got 10001' });
    expect(compilePlan({ ...aPlanInput(), strategy, targets: many.slice(1) }, new Map()).ok).toBe(
      true,
    );
  });

  test('refuses what its strategy cannot do, and says which field is at fault', () => {
    const strategy = { kind: 'rolling', failureTolerance: 2 } as const;

    expect(refusal(compilePlan(aPlanInput({ strategy }), new Map()))).toMatchObject({
      path: 'strategy.failureTolerance',
    });
  });
});

describe('the forecast', () => {
  test('tells batches, capacity and time before anything moves', () => {
    const { steps } = compiled({
      targets: ['web-1', 'web-2', 'web-3'],
      strategy: { kind: 'rolling', batchSize: 2, delay: 5_000, minHealthyTime: 1_000 },
    });

    expect(forecast(steps, 3, 10_000)).toEqual({
      steps: 5,
      batches: 2,
      targets: 3,
      largestBatch: 2,
      lowestCapacity: 1,
      waitMs: 7_000,
      atMostMs: 27_000,
    });
  });

  test('of no steps is nothing', () => {
    expect(forecast([], 2, 1_000)).toMatchObject({
      largestBatch: 0,
      lowestCapacity: 2,
      atMostMs: 0,
    });
  });
});
