import { describe, expect, test } from 'vitest';
import { compilePlan } from '../../../src/domain/plan/compile/compile-plan.js';
import type { Target } from '../../../src/domain/model/target.js';
import {
  type TargetStatus,
  type TargetStatuses,
  UNTOUCHED,
} from '../../../src/domain/model/target-status.js';
import { coloursOf } from '../../../src/domain/strategies/parts/colours.js';
import { stepsFor } from '../../../src/domain/strategies/restep.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { API, aPlanInput, aTarget, v } from '../../support/fixtures.js';
import { refusal, sketch } from './sketch.js';

const painted = (id: string, colour: string): Target => ({
  ...aTarget(id),
  metadata: { colour },
});
const targets = [painted('b1', 'blue'), painted('g1', 'green'), painted('g2', 'green')];

interface Seen {
  readonly version?: ReturnType<typeof v>;
  readonly share?: number;
}
const statusOf = ({ version, share }: Seen): TargetStatus => ({
  ...UNTOUCHED,
  ...(version !== undefined && { version: [version] }),
  ...(share !== undefined && { weight: [share] }),
});
const known = (seen: Readonly<Record<string, Seen>>): TargetStatuses =>
  new Map(
    targets.flatMap(({ id }) => {
      const fact = seen[id];
      return fact === undefined ? [] : [[id, statusOf(fact)] as const];
    }),
  );

const BLUE = { live: ['b1'], idle: ['g1', 'g2'] };
const GREEN = { live: ['g1', 'g2'], idle: ['b1'] };
const one = v('1.0.0');

describe('the colours of a service', () => {
  test('are two, on every target, or there are none', () => {
    expect(coloursOf([aTarget('a'), ...targets], known({}), null)).toBeNull();
    expect(coloursOf([painted('r1', 'red'), ...targets], known({}), null)).toBeNull();
    expect(coloursOf(targets.slice(0, 1), known({}), null)).toBeNull();
  });

  test('are told by the traffic', () => {
    const none = { share: 0 };

    expect(coloursOf(targets, known({ b1: { share: 1 }, g1: none, g2: none }), null)).toEqual({
      ...BLUE,
      idleServes: false,
    });
    expect(
      coloursOf(targets, known({ b1: none, g1: { share: 0.5 }, g2: { share: 0.5 } }), one),
    ).toEqual({ ...GREEN, idleServes: false });
  });

  test('are told by the larger part of it where both have some: then the other one still serves', () => {
    const seen = { b1: { share: 0.9, version: v('0.9.0') }, g1: { share: 0.1, version: one } };

    expect(coloursOf(targets, known(seen), one)).toEqual({ ...BLUE, idleServes: true });
  });

  test('are told by the active version where no traffic is known: then the other one may serve too', () => {
    const seen = { b1: { version: v('0.9.0') }, g1: { version: one } };

    expect(coloursOf(targets, known(seen), one)).toEqual({ ...GREEN, idleServes: true });
    expect(coloursOf(targets, known({ b1: { version: one } }), one)).toMatchObject(BLUE);
  });

  test('begin with the first in the alphabet where nothing is live', () => {
    const first = { live: [], idle: ['b1'], idleServes: false };

    expect(coloursOf(targets, known({}), null)).toEqual(first);
    expect(coloursOf(targets.toReversed(), known({ g1: { version: one } }), v('2.0.0'))).toEqual(
      first,
    );
  });

  test('keep the order of the targets', () => {
    expect(coloursOf(targets.toReversed(), known({ g1: { share: 1 } }), null)?.live).toEqual([
      'g2',
      'g1',
    ]);
  });
});

describe('the steps at the start', () => {
  const blueLive = known({ b1: { share: 1 }, g1: { share: 0 }, g2: { share: 0 } });
  const greenLive = known({ b1: { share: 0 }, g1: { share: 0.5 }, g2: { share: 0.5 } });
  const planned = (strategy: StrategySpec, more = {}, seen = blueLive) => {
    const input = { ...aPlanInput(), ref: API, strategy, targets, router: 'haproxy', ...more };
    const plan = compilePlan(input, seen);
    if (!plan.ok) throw new Error(plan.error.message);
    return { ...API, version: input.version, plan: plan.value };
  };

  test('are those of the plan while the colours are', () => {
    expect(
      stepsFor(planned({ kind: 'blue_green' }), targets, { targets: blueLive, active: null }),
    ).toEqual({
      ok: true,
      value: null,
    });
  });

  test('go the other way where the colours changed since', () => {
    const steps = stepsFor(planned({ kind: 'blue_green' }), targets, {
      targets: greenLive,
      active: null,
    });

    expect(steps.ok && sketch(steps.value ?? [])).toEqual([
      'deploy b1',
      'shift 100% to b1 from g1,g2',
    ]);
  });

  test('are told apart by the analyses of the plan as well', () => {
    const analyze = { kind: 'canary', traffic: true, analysis: { name: 'errors' } } as const;
    const steps = stepsFor(planned(analyze, { analyses: [{ name: 'errors' }] }), targets, {
      targets: greenLive,
      active: null,
    });

    expect(steps.ok && steps.value?.length).toBe(8);
  });

  test('take the targets in the order in which they are to be taken now', () => {
    const steps = stepsFor(planned({ kind: 'rolling' }), targets.toReversed(), {
      targets: blueLive,
      active: null,
    });

    expect(steps.ok && sketch(steps.value ?? [])).toEqual(['deploy g2', 'deploy g1', 'deploy b1']);
    expect(stepsFor(planned({ kind: 'rolling' }), [], { targets: blueLive, active: null })).toEqual(
      {
        ok: true,
        value: null,
      },
    );
  });

  test('stay as they are where no step goes by colours, or there are none', () => {
    expect(
      stepsFor(planned({ kind: 'rolling' }), targets, { targets: greenLive, active: null }),
    ).toEqual({
      ok: true,
      value: null,
    });
    expect(
      stepsFor(planned({ kind: 'rolling' }, { targets: [aTarget('a')] }), [aTarget('a')], {
        targets: greenLive,
        active: null,
      }),
    ).toEqual({ ok: true, value: null });
  });

  test('are refused where they cannot be carried out any more', () => {
    const strategy = { kind: 'canary', traffic: true, maxUnavailable: 0 } as const;

    expect(
      refusal(
        stepsFor(planned(strategy, {}, blueLive), targets, { targets: greenLive, active: null }),
      ),
    ).toMatchObject({
      path: 'strategy.maxUnavailable',
      message: expect.stringContaining('all traffic on 1 target, which 2 targets have before'),
    });
  });
});
