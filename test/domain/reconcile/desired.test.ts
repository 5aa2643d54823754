import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { Step, TargetGroup } from '../../../src/domain/model/plan/step.js';
import { type ActingStep, desiredAt, desiredBack } from '../../../src/domain/reconcile/desired.js';
import { finalShares } from '../../../src/domain/reconcile/shares/desired-shares.js';
import type { ServiceRecord } from '../../../src/domain/model/service-status.js';
import { ANYTHING, type TargetStatus, UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { aDeployment, after, web } from '../../support/fixtures.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';
import * as give from '../plan/commands.js';
import { running, serving, stableOf, standing, told, webs } from './standing.js';
import { NEW, OLD } from './statuses.js';

const tolerance = { failures: 1, of: 'plan' } as const;
const deploy = (...targets: TargetGroup): ActingStep => ({ kind: 'deploy', targets, tolerance });
const check = (...targets: TargetGroup): ActingStep => ({ kind: 'check', targets, tolerance });
const shift = (to: TargetGroup, from: TargetGroup, percent: number): ActingStep => ({
  ...{ kind: 'shift', to, from, percent },
});
const HALF = { 'web-1': 0.5, 'web-2': 0.5 };

/** Begun with these steps, on a service whose traffic is in two halves. */
function begun(steps: readonly Step[], ...said: readonly Said[]): Deployment {
  const drafted = aDeployment();
  const planned = { ...drafted, plan: { ...drafted.plan, steps } };
  return after(planned, give.approve, { ...give.begin, shares: HALF }, ...said);
}
const at = (step: ActingStep, ...said: readonly Said[]) =>
  desiredAt(begun([step], ...said), step, 0);

describe('what should be while a deployment goes forwards', () => {
  const mine = (deployment: Deployment) => running('1.0.0', { by: deployment.id });

  test('at a deploy is its version on the targets of the step, in rotation', () => {
    const deployment = begun([deploy(web(1))]);
    const desired = desiredAt(deployment, deploy(web(1)), 0);

    expect([...desired.versions]).toEqual([[web(1), NEW]]);
    expect(desired).toMatchObject({ admits: true, shares: HALF, leaves: false });
    expect(desired.isDone(web(1), mine(deployment))).toBe(true);
    expect(desired.isDone(web(1), running('1.0.0'))).toBe(false);
    expect(desired.isDone(web(1), { ...mine(deployment), bad: NEW })).toBe(false);
  });

  test('is that what was declared closed stays closed, also where nobody knows any shares', () => {
    const { declared } = stableOf('0.9.0', undefined, { closed: [web(2)] });
    const deployment = after(aDeployment(), give.approve, {
      ...give.begin,
      declared,
      shares: null,
    });

    expect(desiredAt(deployment, deploy(web(1)), 0).closed).toEqual(new Set([web(2)]));
  });

  test('at a deploy that is checked next is that those wait for their check', () => {
    const admits = (...steps: readonly Step[]) =>
      desiredAt(begun(steps), steps[0] as ActingStep, 0).admits;

    expect(admits(deploy(web(1)), check(web(1), web(2)))).toBe(false);
    expect(admits(deploy(web(1), web(2)), check(web(1)))).toBe(true);
    expect(admits(deploy(web(1)), { kind: 'wait', ms: 1 }, check(web(1)))).toBe(true);
  });

  test('at a check is that what took the version goes into rotation', () => {
    const desired = at(
      check(web(1), web(2)),
      ...[give.startTarget(web(1)), give.updateTarget(web(1)), give.startTarget(web(2))],
      give.failTarget(web(2)),
    );

    expect([...desired.versions]).toEqual([[web(1), NEW]]);
    expect(desired.admits).toBe(true);
  });

  test('at a shift is the traffic alone: what failed gets none, and its part goes to the others', () => {
    const step = shift([web(1), web(2)], [web(3)], 50);
    expect(at(step).shares).toEqual({ 'web-1': 0.25, 'web-2': 0.25, 'web-3': 0.5 });
    expect(at(step).versions.size).toBe(0);

    const failed = [give.startTarget(web(1)), give.failTarget(web(1))];
    expect(at(step, ...failed).shares).toEqual({ 'web-2': 0.5, 'web-3': 0.5 });
    const all = [...failed, give.startTarget(web(2)), give.failTarget(web(2))];
    expect(at(step, ...all).shares).toMatchObject({ 'web-1': 0.25, 'web-2': 0.25 });
  });

  test('keeps the traffic as the last shift before it asked for', () => {
    const steps = [shift([web(1)], [web(2)], 30), deploy(web(2)), shift([web(1)], [web(2)], 60)];

    expect(desiredAt(begun(steps), steps[1] as ActingStep, 1).shares).toEqual({
      ...{ 'web-1': 0.3, 'web-2': 0.7 },
    });
    expect(finalShares(begun(steps))).toEqual({ 'web-1': 0.6, 'web-2': 0.4 });
  });

  test('at a retire is nothing on its targets, which nobody admits', () => {
    const desired = at({ kind: 'retire', targets: [web(2)] });

    expect([...desired.versions]).toEqual([[web(2), null]]);
    expect(desired.admits).toBe(false);
    expect(desired.isDone(web(2), running(null))).toBe(true);
    expect(desired.isDone(web(2), running('0.9.0'))).toBe(false);
  });

  test('leaves in service what runs what is declared for it, or the new version already', () => {
    const deployment = begun([deploy(web(1))]);
    const { isDeclared } = desiredAt(deployment, deploy(web(1)), 0);

    expect(isDeclared(web(2), running('0.9.0'))).toBe(true);
    expect(isDeclared(web(2), mine(deployment))).toBe(true);
    expect(isDeclared(web(2), running('3.0.0'))).toBe(false);
    expect(isDeclared(web(2), running('0.9.0', { bad: OLD }))).toBe(false);
  });

  test('says nothing of the traffic where nobody knows it', () => {
    const plain = after(aDeployment(), give.approve, give.beginFirst);

    expect(desiredAt(plain, deploy(web(1)), 0).shares).toBeNull();
    expect(finalShares(plain)).toBeNull();
  });
});

describe('what should be on the way back', () => {
  const back = (
    found: Partial<ServiceRecord>,
    begin: Said,
    ...said: readonly Said[]
  ): readonly (readonly [string, string | null])[] => {
    const first = standing(aDeployment({ targets: ['web-1', 'web-2', 'web-3'] }), found);
    const now = told(first, give.approve, begin, ...said, give.rollback());
    return [...desiredBack(now.deployment, now.service).versions];
  };
  const both = [give.startTarget(web(1)), give.updateTarget(web(1)), give.startTarget(web(2))];
  const declaring = (others: object, missed: readonly string[] = []): Said => {
    const { declared } = stableOf('0.9.0');
    return { ...give.begin, declared: { ...declared, others, missed } as typeof declared };
  };

  const placed = (first: Said, status: TargetStatus) => {
    const { deployment, service } = told(
      standing(aDeployment({ targets: ['web-1', 'web-2'] })),
      give.approve,
      first,
      give.rollback(),
    );
    return desiredBack(deployment, service).isDeclared(web(2), status);
  };

  test('is what is declared, first where nobody is served, then what was touched last', () => {
    const targets = webs(running(), running('0.9.0', { inRotation: [false] }), running());

    expect(back({ ...serving('0.9.0', 3), targets }, give.begin, ...both)).toEqual([
      [web(2), OLD],
      [web(1), OLD],
      [web(3), OLD],
    ]);
  });

  test('is nothing where nothing was declared, and what was not touched stays', () => {
    const nothing = back({}, give.beginFirst, ...both);

    expect(new Map(nothing)).toEqual(
      new Map([
        [web(1), null],
        [web(2), null],
      ]),
    );
  });

  test('is for each what is declared for that one', () => {
    const mixed = declaring({ 'web-1': '0.8.0', 'web-2': null });

    expect(Object.fromEntries(back(serving('0.9.0', 3), mixed, ...both))).toEqual({
      ...{ 'web-1': '0.8.0', 'web-2': null, 'web-3': OLD },
    });
  });

  test('leaves alone what failed before or nobody ever deployed to, unless it was touched itself', () => {
    const apart = declaring({ 'web-1': ANYTHING, 'web-3': ANYTHING }, ['web-2']);
    const touched = back(serving('0.9.0', 3), apart, give.startTarget(web(1)));

    expect(touched).toEqual([[web(1), OLD]]);
  });

  test('asks nothing of what others left: that is in place where it runs what is declared for it', () => {
    const missed = declaring({}, ['web-2']);

    expect(placed(missed, UNTOUCHED)).toBe(true);
    expect(placed(missed, running('0.9.0'))).toBe(true);
    expect(placed(missed, running('0.8.0'))).toBe(false);
    expect(placed(give.beginFirst, running('0.9.0'))).toBe(false);
    expect(placed(declaring({ 'web-2': ANYTHING }), running('0.9.0'))).toBe(false);
  });

  test('gives nothing back to the router that left the configuration, also where it runs what was declared', () => {
    const status = running('0.9.0', { inRotation: [false] });

    expect(placed(declaring({}, ['web-2']), status)).toBe(true);
    expect(placed(declaring({}, ['web-2']), { ...status, left: true })).toBe(false);
  });

  test('gives back the traffic as it was, and leaves the new version first', () => {
    const first = standing(begun([deploy(web(1))], give.rollback()), serving('0.9.0'));

    expect(desiredBack(first.deployment, first.service)).toMatchObject({
      ...{ admits: true, leaves: true, moves: true, shares: HALF },
    });
  });

  test('gives all their part where a named version is left, and nothing is declared beneath it', () => {
    const takesBack = { versions: [], replaces: null, beneath: { previous: null, declared: null } };
    const done = after(
      aDeployment(),
      ...[give.approve, { ...give.beginFirst, takesBack }],
      ...both,
    );
    const { deployment, service } = standing({ ...done, succeeded: true }, serving('0.9.0'));
    const shares = Object.values(desiredBack(deployment, service).shares ?? {});

    expect(shares).toHaveLength(deployment.plan.targets.length);
    expect(new Set(shares)).toEqual(new Set([1 / shares.length]));
    expect(desiredBack({ ...deployment, takesBack: null }, service).shares).toBeNull();
  });
});
