import { describe, expect, test } from 'vitest';
import { removedNote } from '../../../src/domain/explain/plan-notes.js';
import { compilePlan } from '../../../src/domain/plan/compile/compile-plan.js';
import type { Place, TargetStatus } from '../../../src/domain/model/target-status.js';
import type { Policy } from '../../../src/domain/model/plan/policy.js';
import { aPlanInput, type DeploymentFixture, web } from '../../support/fixtures.js';
import { running, webs } from '../reconcile/standing.js';

const PLACE: Place = {
  driver: 'fake',
  name: 'web 2',
  address: '10.0.0.2:80',
  metadata: { zone: 'a' },
};
const left = (more: Partial<TargetStatus> = {}): TargetStatus =>
  running('1.0.0', { place: PLACE, ...more });

/** web-2 was deployed to, and only web-1 is configured. */
const planned = (
  known: TargetStatus = left(),
  policy: Partial<Policy> = {},
  more: DeploymentFixture = {},
) =>
  compilePlan(
    aPlanInput({
      ...{ targets: ['web-1'], configured: true, removes: true, version: '2.0.0' },
      ...{ policy, ...more },
    }),
    webs(running('1.0.0'), known),
  );

const planOf = (...given: Parameters<typeof planned>) => {
  const plan = planned(...given);
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
};

describe('a target that was deployed to and is configured no more', () => {
  test('is retired after the last step, as it was when it was deployed to', () => {
    const { steps, removed, targets, forecast } = planOf();

    expect(steps).toEqual([
      expect.objectContaining({ kind: 'deploy', targets: [web(1)] }),
      { kind: 'retire', targets: [web(2)] },
    ]);
    expect(removed).toEqual([
      {
        target: { id: web(2), name: 'web 2', address: '10.0.0.2:80', metadata: { zone: 'a' } },
        ...{ version: '1.0.0', by: expect.any(String), fate: 'retire', reason: null },
      },
    ]);
    expect(targets.map(({ id }) => id)).toEqual([web(1)]);
    expect(forecast).toMatchObject({ targets: 1, steps: 2 });
  });

  test.each<[string, Parameters<typeof planned>, string]>([
    [
      'the policy says so',
      [left(), { removedTargets: 'leave' }],
      'the policy is removedTargets: leave',
    ],
    [
      'its driver cannot remove',
      [left(), {}, { removes: false }],
      'the fake driver cannot remove anything',
    ],
    ['nobody recorded where it is', [running('1.0.0')], 'nobody recorded where it runs'],
    [
      'another driver deployed to it',
      [left({ place: { ...PLACE, driver: 'other' } })],
      'the other driver deployed it, and the service has the fake driver now',
    ],
  ])('is left and named where %s', (_, given, reason) => {
    const { steps, removed } = planOf(...given);

    expect(steps).toHaveLength(1);
    expect(removed).toEqual([expect.objectContaining({ fate: 'leave', reason })]);
  });

  test('keeps a plan from being made where the policy refuses that, and says what to do', () => {
    expect(planned(left(), { removedTargets: 'refuse' })).toMatchObject({
      error: {
        path: 'policy.removedTargets',
        message:
          'web-2 (10.0.0.2:80, runs 1.0.0) left the configuration: configure it again, or set removedTargets to retire or leave',
      },
    });
    const more = webs(running('1.0.0'), left(), running('1.0.0', { version: ['?'] }));
    const policy = { removedTargets: 'refuse' } as const;
    const several = compilePlan(aPlanInput({ targets: ['web-1'], configured: true, policy }), more);
    expect(several).toMatchObject({
      error: {
        message: expect.stringMatching(/web-3 \(runs an unknown version\).*configure them again/),
      },
    });
  });

  test.each<[string, TargetStatus]>([
    ['nobody ever deployed to it', left({ by: null })],
    ['it surely runs nothing', left({ version: [null] })],
  ])('is of no concern where %s', (_, status) => {
    expect(planOf(status)).not.toHaveProperty('removed');
    expect(planned(status, { removedTargets: 'refuse' })).toMatchObject({ ok: true });
  });

  test('is of no concern to a request that names its own targets', () => {
    expect(planOf(left(), {}, { configured: false })).not.toHaveProperty('removed');
  });

  test('is told of with what becomes of it', () => {
    expect(planOf().removed?.map(removedNote)).toEqual([
      'web-2 (10.0.0.2:80, runs 1.0.0) left the configuration: it is removed once the new version serves',
    ]);
    expect(planOf(left(), { removedTargets: 'leave' }).removed?.map(removedNote)).toEqual([
      'web-2 (10.0.0.2:80, runs 1.0.0) left the configuration: it stays as it is: the policy is removedTargets: leave',
    ]);
  });
});
