import { describe, expect, test } from 'vitest';
import type { RouterSaid } from '../../../src/domain/model/deployment/target-event.js';
import type { SeenAtPlace, SeenTarget } from '../../../src/domain/ports/traffic-router.js';
import { isNews, saidOf } from '../../../src/domain/reconcile/router-said.js';
import { mayServe, surelyServes } from '../../../src/domain/model/serving.js';
import { UNTOUCHED, type TargetStatus } from '../../../src/domain/model/target-status.js';
import { aDeployment, after, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { running, serving, standing, statusOfWeb, told, webs } from './standing.js';

const IN: SeenAtPlace = { inRotation: true, share: 0.5, up: true, heldOut: false };
const OUT: SeenAtPlace = { ...IN, inRotation: false };
const MAINTAINED: SeenAtPlace = { ...IN, heldOut: true };
const half = running('0.9.0', { weight: [0.5] });

/** What two balancers, lb-1 and lb-2, see of a target. */
const pair = (one: SeenAtPlace, two: SeenAtPlace): SeenTarget => ({
  ...IN,
  at: { 'lb-1': one, 'lb-2': two },
});
const said = (status: TargetStatus, seen: SeenTarget): RouterSaid => saidOf(status, seen, false);

/** web-1 as it is once its router has said this, and whether it would say so again. */
function taught(status: TargetStatus, seen: SeenTarget) {
  const begun = after(aDeployment(), give.approve, give.begin);
  const first = standing(begun, { ...serving('0.9.0'), targets: webs(status, running()) });
  const heard = said(status, seen);
  const next = statusOfWeb(
    told(first, { type: 'deployment.router_seen', targets: { [web(1)]: heard } }),
    1,
  );
  const again = isNews(next, said(next, seen));
  return { next, again };
}

describe('two balancers that agree', () => {
  test('say what one would', () => {
    expect(said(half, pair(IN, IN))).toEqual({ inRotation: true, share: 0.5, heldOut: null });
    const drained = { inRotation: false, share: 0.5, heldOut: null };
    expect(said({ ...half, inRotation: [false] }, pair(OUT, OUT))).toEqual(drained);
    expect(said(half, pair(OUT, OUT))).toEqual({ ...drained, heldOut: 'drained' });
    expect(said(half, pair(MAINTAINED, MAINTAINED))).toEqual({
      ...{ inRotation: true, share: 0.5, heldOut: 'maintenance' },
    });
    expect(isNews(half, said(half, pair(IN, { ...IN, share: 0.501 })))).toBe(false);
  });
});

describe('two balancers that do not agree', () => {
  test('on a share leave open what it is: it is told once, and set again', () => {
    const { next, again } = taught(half, pair(IN, { ...IN, share: 0 }));

    expect(next).toMatchObject({ weight: [0.5, 0], inRotation: [true], heldOut: null });
    expect(surelyServes(next)).toBe(false);
    expect(mayServe(next)).toBe(true);
    expect(again).toBe(false);
    const both = saidOf(next, pair(IN, IN), false);
    expect(isNews(next, both)).toBe(true);
  });

  test('on a drain of ours leave open whether it is drained: it is drained or admitted again', () => {
    const drained = { ...half, inRotation: [false] } as const;
    const { next, again } = taught(drained, pair(OUT, IN));

    expect(next).toMatchObject({ inRotation: [false, true], heldOut: null });
    expect(surelyServes(next)).toBe(false);
    expect(mayServe(next)).toBe(true);
    expect(again).toBe(false);
  });

  test('of a drain that broke off between them say nothing new', () => {
    const open = { ...half, inRotation: [true, false] } as const;

    expect(isNews(open, said(open, pair(OUT, IN)))).toBe(false);
    expect(isNews(open, said(open, pair(IN, IN)))).toBe(false);
    expect(isNews(open, said(open, pair(OUT, OUT)))).toBe(true);
  });

  test('on whether it is up leave open whether it serves', () => {
    const seen = { ...half, seen: { up: null } };

    expect(surelyServes(seen)).toBe(false);
    expect(mayServe(seen)).toBe(true);
  });
});

describe('a target that a person holds out at one of two balancers', () => {
  test.each([
    ['maintenance', MAINTAINED],
    ['drained', OUT],
  ] as const)(
    'by %s counts as serving nowhere, and as one that may be sent something',
    (heldOut, there) => {
      const { next, again } = taught(half, pair(there, IN));

      expect(next).toMatchObject({ inRotation: [true], heldOut, heldOutAt: ['lb-1'] });
      expect(surelyServes(next)).toBe(false);
      expect(mayServe(next)).toBe(true);
      expect(again).toBe(false);
    },
  );

  test('is still told from our own drain, that it follows', () => {
    const held = { ...half, heldOut: 'drained', heldOutAt: ['lb-1'], inRotation: [false] } as const;

    expect(said(held, pair(OUT, OUT))).toEqual({
      ...{ inRotation: false, share: 0.5, heldOut: 'drained', heldOutAt: ['lb-1'] },
    });
    expect(said({ ...held, inRotation: [true] }, pair(OUT, IN))).toMatchObject({
      ...{ inRotation: true, heldOutAt: ['lb-1'] },
    });
  });

  test('is in our hands again once they give it back, and is named again at the other', () => {
    const held = { ...half, heldOut: 'maintenance', heldOutAt: ['lb-1'] } as const;
    const { next } = taught(held, pair(IN, IN));

    expect(next).toEqual(half);
    expect(isNews(held, said(held, pair(IN, MAINTAINED)))).toBe(true);
    expect(isNews(held, said(held, pair(MAINTAINED, MAINTAINED)))).toBe(true);
  });

  test('is the more important hand where there are two', () => {
    const three = { ...IN, at: { 'lb-1': OUT, 'lb-2': MAINTAINED, 'lb-3': IN } };

    expect(said(half, three)).toMatchObject({
      ...{ heldOut: 'maintenance', heldOutAt: ['lb-1', 'lb-2'] },
    });
  });
});

test('of what left the configuration only whether any balancer gives it something counts', () => {
  const left = { ...UNTOUCHED, left: true, weight: [0] } as const;
  const idle = { ...IN, share: 0 };

  expect(isNews(left, said(left, pair(idle, idle)))).toBe(false);
  expect(isNews(left, said(left, pair(idle, IN)))).toBe(true);
  const { next } = taught({ ...left, version: half.version }, pair(idle, IN));
  expect(next).toMatchObject({ left: true });
  expect(mayServe(next)).toBe(true);
});

test('what we closed at one balancer and not at the other yet is ours, and may still be sent something', () => {
  const closing = { ...half, inRotation: [true, false], closed: true } as const;

  expect(said(closing, pair(MAINTAINED, IN))).toEqual({
    ...{ inRotation: false, share: 0.5, heldOut: null },
    also: [{ inRotation: true, share: 0.5 }],
  });
  expect(isNews(closing, said(closing, pair(MAINTAINED, IN)))).toBe(false);
  expect(said({ ...closing, inRotation: [false] }, pair(MAINTAINED, MAINTAINED))).toEqual({
    ...{ inRotation: false, share: 0.5, heldOut: null },
  });
});
