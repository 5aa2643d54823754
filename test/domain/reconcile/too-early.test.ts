import { expect, test } from 'vitest';
import { nextEffects } from '../../../src/domain/reconcile/next-effects.js';
import type { TargetStatus } from '../../../src/domain/model/target-status.js';
import { web } from '../../support/fixtures.js';
import { running } from './standing.js';
import { limits, NEW, OLD, serviceOf, wanted } from './statuses.js';

const back = wanted(
  [web(3), web(4)],
  { shares: { [web(3)]: 0.5, [web(4)]: 0.5 }, leaves: true },
  OLD,
);
const weighed = (version: string, weight: number, change: Partial<TargetStatus> = {}) =>
  running(version, { weight: [weight], ...change });
/** Web-1 and web-2 have the new version, and the traffic. */
const live = [weighed(NEW, 0.5), weighed(NEW, 0.5)];
const empty = weighed(OLD, 0, { version: [null], inRotation: [false] });
const up = { seen: { up: true } } as const;

test('on the way back to a colour that is empty, its first target takes a part of the traffic and never all of it', () => {
  const next = nextEffects(serviceOf(...live, weighed(OLD, 0, up), empty), back, limits());

  expect(next).toEqual({
    kind: 'effects',
    effects: [
      {
        kind: 'weigh',
        shares: { [web(1)]: 0.25, [web(2)]: 0.25, [web(3)]: 0.25, [web(4)]: 0.25 },
      },
    ],
  });
});

test('then the others come, and the traffic leaves the new version once they are there', () => {
  const lent = [weighed(NEW, 0.25), weighed(NEW, 0.25), weighed(OLD, 0.25, up)];

  expect(nextEffects(serviceOf(...lent, { ...empty, weight: [0.25] }), back, limits())).toEqual({
    kind: 'effects',
    effects: [{ kind: 'apply', target: web(4), version: OLD }],
  });
  const all = serviceOf(...lent, weighed(OLD, 0.25, up));
  expect(nextEffects(all, back, limits())).toMatchObject({
    effects: [{ kind: 'weigh', shares: back.shares }],
  });
});

test('who can not be brought back is not waited for, and what serves less is made up for by as many', () => {
  const given = limits({ turnOf: (id) => (id === web(4) ? 'given_up' : 'now') });
  const first = weighed(OLD, 0, up);

  expect(nextEffects(serviceOf(...live, first, empty), back, given)).toMatchObject({
    effects: [{ kind: 'weigh', shares: { [web(3)]: 0.5, [web(4)]: 0.5 } }],
  });
  const one = serviceOf(weighed(NEW, 1), weighed(NEW, 0), first, empty);
  expect(nextEffects(one, back, limits())).toMatchObject({
    effects: [{ kind: 'weigh', shares: { [web(3)]: 0.5, [web(4)]: 0.5 } }],
  });
});

test('a new version that the old one serves beside is left at once', () => {
  const canary = wanted([web(1)], { shares: { [web(1)]: 0.5, [web(2)]: 0.5 }, leaves: true }, OLD);

  expect(
    nextEffects(serviceOf(weighed(NEW, 0.5), weighed(OLD, 0.5)), canary, limits()),
  ).toMatchObject({ effects: [{ kind: 'weigh', shares: { [web(2)]: 1 } }] });
});
