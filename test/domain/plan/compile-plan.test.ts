import { describe, expect, test } from 'vitest';
import { compilePlan } from '../../../src/domain/plan/compile/compile-plan.js';
import {
  ANYTHING,
  type TargetStatus,
  type TargetStatuses,
} from '../../../src/domain/model/target-status.js';
import type { Amount } from '../../../src/domain/model/plan/amount.js';
import { API, aPlanInput, aTarget, type DeploymentFixture, v } from '../../support/fixtures.js';
import { running, webs } from '../reconcile/standing.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import { refusal } from '../strategies/sketch.js';

const compiled = (fixture: DeploymentFixture, known: TargetStatuses = new Map()) => {
  const plan = compilePlan(aPlanInput(fixture), known);
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
};

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
        floor: 0,
        analyses: [],
        router: null,
        flags: null,
        limits: [],
        labels: {},
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

  test('begins where least is lost: bad or broken, then empty or unknown, then old, then current', () => {
    const targets = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'web-6', 'web-7'];
    const known: TargetStatuses = webs(
      ...[running('1.0.0'), running('0.9.0'), running(null)],
      ...[running('1.0.0', { bad: v('1.0.0') }), running('0.9.0', { bad: v('1.0.0') })],
      running('0.9.0', { version: [v('0.9.0'), ANYTHING, v('1.0.0')] }),
    );

    expect(compiled({ targets, version: '1.0.0' }, known).targets.map(({ id }) => id)).toEqual([
      ...['web-4', 'web-6', 'web-3', 'web-7', 'web-2', 'web-5', 'web-1'],
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

  test('keeps what the service has for its steps, and of the analyses only those they name', () => {
    const input = {
      ...aPlanInput(),
      ref: API,
      strategy: { kind: 'canary', analysis: { name: 'errors' } } as const,
      analyses: [anAnalysis('errors'), anAnalysis('latency')],
      router: 'haproxy',
      flags: 'redis',
      limits: [{ key: 'label:tier=db', most: 1 }],
      labels: { tier: 'db' },
    };
    const plan = compilePlan(input, new Map());

    expect(plan).toMatchObject({
      value: {
        analyses: [{ name: 'errors' }],
        router: 'haproxy',
        flags: 'redis',
        limits: input.limits,
        labels: input.labels,
      },
    });
  });

  test('names a flag after the service and the version', () => {
    const strategy = { kind: 'feature_flag', percentage: 5 } as const;
    const plan = compilePlan({ ...aPlanInput(), ref: API, strategy, flags: 'redis' }, new Map());

    expect(plan).toMatchObject({ value: { steps: [{ flag: 'ff_api_1.0.0' }, {}, {}, {}] } });
  });

  test('keeps how many targets have to go on serving', () => {
    const floor = (maxUnavailable: Amount, count: number) =>
      compiled({
        targets: Array.from({ length: count }, (_, at) => `t-${at}`),
        strategy: { kind: 'rolling', maxUnavailable },
      }).floor;

    expect(floor('25%', 10)).toBe(8);
    expect(floor(3, 10)).toBe(7);
    expect(floor('100%', 10)).toBe(0);
    expect(floor(20, 10)).toBe(0);
  });

  test('refuses a floor of 95 percent of ten targets: no batch could be taken', () => {
    const strategy = { kind: 'rolling', maxUnavailable: '5%' } as const;
    const targets = Array.from({ length: 10 }, (_, at) => `t-${at}`);

    expect(refusal(compilePlan(aPlanInput({ targets, strategy }), new Map()))).toMatchObject({
      path: 'strategy.maxUnavailable',
    });
  });

  test('counts the floor over the targets that have the traffic', () => {
    const targets = ['b1', 'b2', 'g1', 'g2'].map((id) => ({
      ...aTarget(id),
      metadata: { colour: id.slice(0, 1) },
    }));
    const strategy = { kind: 'rolling', batchSize: 4, maxUnavailable: '50%' } as const;
    const shareOf = (id: string): TargetStatus =>
      running('1.0.0', { weight: [id < 'c' ? 0.5 : 0] });
    const known = new Map(targets.map(({ id }) => [id, shareOf(id)]));
    const plan = compilePlan({ ...aPlanInput(), targets, strategy, router: 'nginx' }, known);

    expect(plan).toMatchObject({ value: { floor: 1, forecast: { largestBatch: 1 } } });
  });

  test('refuses to watch for held-out targets where no router could tell', () => {
    const policy = { heldOut: 'refuse' } as const;

    expect(refusal(compilePlan(aPlanInput({ policy }), new Map()))).toMatchObject({
      path: 'policy.heldOut',
      message: 'refuse needs a router: without one, nobody sees which targets are held out',
    });
    expect(compiled({ policy, router: true }).policy.heldOut).toBe('refuse');
  });

  test('refuses deadlines that could not all be meant', () => {
    const policy = { deadline: 1_000, progressDeadline: 1_000 };

    expect(refusal(compilePlan(aPlanInput({ policy }), new Map()))).toMatchObject({
      path: 'policy.progressDeadline',
    });
  });
});
