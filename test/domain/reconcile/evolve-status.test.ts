import { describe, expect, test } from 'vitest';
import type { CheckResult, HealthStatus } from '../../../src/domain/model/verification.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import { ANYTHING, type OpenCall, UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { aDeployment, anId, after, v, web } from '../../support/fixtures.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';
import * as give from '../plan/commands.js';
import { running, serving, standing, statusOfWeb, type Standing, told, webs } from './standing.js';
import { NEW, OLD } from './statuses.js';

const begun = after(aDeployment(), give.approve, give.begin);
const first = standing(begun, serving('0.9.0'));
const goingBack = told(first, give.rollback());
const one = (from: Standing, ...said: readonly (Said | PlanEvent)[]) =>
  statusOfWeb(told(from, ...said), 1);
const started = give.startTarget(web(1), 7);
const draining = { type: 'deployment.target_draining', target: web(1) } as const;
const drained = { type: 'deployment.target_drained', target: web(1), evidence: {} } as const;
const admitting = { type: 'deployment.target_admitting', target: web(1) } as const;
const admitted = { type: 'deployment.target_admitted', target: web(1), evidence: {} } as const;
const failed = (cause: 'call' | 'check' | 'router'): PlanEvent => ({
  ...{ type: 'deployment.target_failed', target: web(1), error: 'x', evidence: null },
  cause,
});

/** Where it was called, and by what. */
const PLACE = { driver: 'fake', name: 'web-1', address: '127.0.0.1:8080', metadata: {} };

describe('a call of a driver', () => {
  test('makes it unknown what runs there, as long as it goes on', () => {
    expect(one(first, started)).toEqual({
      ...running(),
      version: [OLD, ANYTHING, NEW],
      by: begun.id,
      place: PLACE,
      call: {
        ...{ deploymentId: begun.id, action: 'deploy', version: NEW },
        ...{ fence: 7, worker: 'w1', since: 2_000 },
      },
    });
  });

  test('that ended well makes it sure again', () => {
    const updated = { ...running('1.0.0'), by: begun.id, place: PLACE };
    expect(one(first, started, give.updateTarget(web(1)))).toEqual(updated);
    const back = [give.startRestore(web(1)), give.restoreTarget(web(1))];
    expect(one(goingBack, ...back)).toEqual({ ...running('0.9.0'), by: begun.id, place: PLACE });
    const gone = [give.startRetire(web(1)), give.retireTarget(web(1))];
    expect(one(first, ...gone)).toEqual({ ...running(null), by: begun.id, place: PLACE });
  });

  test('that failed, or may be repeated, leaves it unknown, and open no longer', () => {
    const wide = { version: [OLD, ANYTHING, NEW], call: null };
    expect(one(first, started, failed('call'))).toMatchObject(wide);
    expect(one(first, started, give.failTarget(web(1), 'x', true))).toMatchObject(wide);
    const back = [give.startRestore(web(1)), give.failRestore(web(1))];
    expect(one(goingBack, ...back)).toMatchObject({ version: [OLD, ANYTHING], call: null });
    const kept = [give.startRetire(web(1)), give.failRetire(web(1))];
    expect(one(first, ...kept)).toMatchObject({ version: [OLD, ANYTHING, null], call: null });
  });

  test('of another deployment is open no longer once its end was awaited', () => {
    const call: OpenCall = {
      ...{ deploymentId: anId(), action: 'deploy', version: v('3.0.0') },
      ...{ fence: 1, worker: 'gone', since: 1 },
    };
    const left = running('0.9.0', { version: [OLD, ANYTHING, v('3.0.0')], call });
    const found = standing(begun, { ...serving('0.9.0'), targets: webs(left, running()) });
    const settled = { type: 'deployment.call_settled', target: web(1) } as const;

    expect(one(found, settled)).toEqual({ ...left, call: null });
    const other = told(found, { ...settled, target: web(2) });
    expect(other.service.targets).toBe(found.service.targets);
  });

  test('says nothing of whether it is in rotation', () => {
    expect(one(first, started, failed('call')).inRotation).toEqual([true]);
  });
});

describe('rotation', () => {
  test('is not known between the intent and the word of the router', () => {
    expect(one(first, draining).inRotation).toEqual([true, false]);
    expect(one(first, draining, drained).inRotation).toEqual([false]);
    expect(one(first, draining, drained, admitting).inRotation).toEqual([false, true]);
    expect(one(first, draining, drained, admitting, admitted).inRotation).toEqual([true]);
  });

  test('that could not be taken away says nothing of the version: no driver was called', () => {
    expect(one(first, draining, failed('router'))).toMatchObject({
      version: [OLD],
      inRotation: [true, false],
      bad: null,
    });
  });

  test('is what the router says it is, whatever was asked of it', () => {
    const said = { inRotation: true, share: 0.3, heldOut: 'maintenance' } as const;
    const seen = { type: 'deployment.router_seen', targets: { 'web-1': said } } as const;

    expect(one(first, draining, drained, seen)).toMatchObject({
      inRotation: [true],
      weight: [0.3],
      heldOut: 'maintenance',
      version: [OLD],
    });
    expect(statusOfWeb(told(first, seen), 2)).toEqual(running());
  });

  test('says of what was removed only whether it has any, also where nothing else is known of it any more', () => {
    const known = webs(running(), running());
    const deployment = aDeployment({ configured: true, targets: ['web-1'], known });
    const gone = standing(deployment, { ...serving('0.9.0'), targets: webs(running()) });
    const said = { inRotation: true, share: 1, heldOut: null } as const;
    const seen = { type: 'deployment.router_seen', targets: { 'web-2': said } } as const;
    const shares = { 'web-1': 1 };

    const now = told(gone, give.approve, seen, give.startShift(0, shares));
    expect(statusOfWeb(now, 2)).toMatchObject({ left: true, weight: [null] });
  });
});

describe('a share of the traffic', () => {
  const shares = { 'web-2': 1 };
  const whole = standing(begun, {
    ...serving('0.9.0'),
    targets: webs(running('0.9.0', { weight: [1] }), running('0.9.0', { weight: [0] })),
  });
  const weights = (...said: readonly (Said | PlanEvent)[]) => {
    const now = told(whole, ...said);
    return [statusOfWeb(now, 1).weight, statusOfWeb(now, 2).weight];
  };

  test('is not known until the router has answered; who is not named gets none', () => {
    expect(weights(give.startShift(0, shares))).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(weights(give.startShift(0, shares), give.finishShift(0, shares))).toEqual([[0], [1]]);
  });

  test('is given back in the same two words', () => {
    const back = [give.rollback(), give.startTrafficRestore({ 'web-1': 0.5 })];
    expect(weights(...back)).toEqual([[1, 0.5], [0]]);
    expect(weights(...back, give.finishTrafficRestore)).toEqual([[0.5], [0.5]]);
  });
});

describe('what a check found bad', () => {
  const updated = told(first, started, give.updateTarget(web(1)));

  test('is the version that it was to have, which runs there still', () => {
    expect(one(updated, failed('check'))).toMatchObject({ version: [NEW], bad: NEW });
  });

  test('is forgotten once that is tried again, or found well, and not while another is tried', () => {
    const again = told(updated, failed('check'), give.halt, give.retry, give.begin);
    expect(statusOfWeb(again, 1).bad).toBe(NEW);
    expect(one(again, started)).toMatchObject({ bad: null });
    expect(
      one(updated, failed('check'), { type: 'deployment.target_recovered', target: web(1) }),
    ).toMatchObject({ bad: null, version: [NEW] });
    const back = [give.fail(), give.startRestore(web(1))];
    expect(one(updated, failed('check'), ...back)).toMatchObject({ bad: NEW });
  });
});

describe('a verification', () => {
  const updated = told(first, started, give.updateTarget(web(1)));
  const check = (status: HealthStatus, more: Partial<CheckResult> = {}): CheckResult => ({
    ...{ name: 'up', target: 'web-1', status, critical: true, message: '' },
    ...{ latencyMs: 1, at: 1, details: {} },
    ...more,
  });
  const judged = (from: Standing, ...checks: readonly CheckResult[]) =>
    told(from, {
      type: 'deployment.verified',
      verification: { status: 'healthy', reason: '', checks },
    });
  const bad = (from: Standing, ...checks: readonly CheckResult[]) =>
    statusOfWeb(judged(from, ...checks), 1).bad;

  test('judges each target by its own checks: one critical unhealthy outweighs the others', () => {
    expect(bad(updated, check('unhealthy'), check('healthy'))).toBe(NEW);
    expect(bad(updated, check('healthy'), check('degraded'))).toBeNull();
    expect(bad(updated, check('unhealthy', { critical: false }))).toBeNull();
    expect(statusOfWeb(judged(updated, check('unhealthy')), 2).bad).toBeNull();
  });

  test('takes back what was found before, where it finds it well', () => {
    const sick = judged(updated, check('unhealthy'));

    expect(bad(sick, check('healthy'))).toBeNull();
    expect(bad(sick, check('unknown'))).toBe(NEW);
  });

  test('teaches nothing where it learnt nothing, or is about no target of ours', () => {
    for (const each of [
      check('unknown'),
      check('unhealthy', { target: null }),
      check('unhealthy', { target: 'web-9' }),
    ]) {
      expect(judged(updated, each).service.targets).toBe(updated.service.targets);
    }
  });
});

describe('what is not about targets', () => {
  test('teaches nothing of them', () => {
    const said = [give.hold(), give.pause, give.resume, give.completeStep(9), give.halt];
    const past = [said[0], said[1], said[2], said[4]].flatMap((each) => each ?? []);

    expect(told(first, ...past).service.targets).toBe(first.service.targets);
  });

  test('leaves alone what is known of targets that nobody ever called', () => {
    const bare = told(standing(begun), give.startTarget(web(1)));

    expect(statusOfWeb(bare, 2)).toBe(UNTOUCHED);
    expect(statusOfWeb(bare, 1).version).toEqual([ANYTHING, NEW]);
  });
});
